"""From a place in rendered text back to the place in the source file that its author wrote.

Rendered text is a row of pieces, each from one place of one file: a line's text, or an expression. ``Origins`` knows
where each piece starts. Where markers could not be carried through (``marks.py`` says when) ``align`` matches lines
instead; a line that matches nothing gets the place of the last one before it that did, so no answer is ever past the
text it belongs to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

ALIGN_AT_MOST = 2_000
"""Lines that are compared pairwise; matching is quadratic at worst."""
BOM = "\ufeff"
"""No editor counts it: what follows it is the file's first char."""


class Place(NamedTuple):
    """Where a piece comes from; for ``span`` characters the place moves with the offset, then it stands."""

    file: str
    line: int
    char: int
    span: int

    def moved(self, by: int) -> Place:
        by = max(0, min(by, self.span))
        return Place(self.file, self.line, self.char + by, self.span - by)


@dataclass(frozen=True, slots=True)
class Origins:
    """The piece that starts at ``offsets[i]`` comes from ``places[pieces[i]]``; ``file`` is for text before the first.

    skipped: how many characters in front were taken away since.
    """

    file: str
    offsets: Sequence[int] = ()
    pieces: Sequence[int] = ()
    places: Sequence[Place] = ()
    skipped: int = 0

    @classmethod
    def verbatim(cls, file: str, text: str) -> Origins:
        """Text that is its own source."""
        lines = text.split("\n")
        places = [Place(file, number, 1, len(line)) for number, line in enumerate(lines, 1)]
        if text.startswith(BOM):
            places[0] = places[0]._replace(char=0)
        return cls(file, line_starts(lines), range(len(lines)), places)

    def locate(self, offset: int) -> Place:
        offset += self.skipped
        index = bisect_right(self.offsets, offset) - 1
        if index < 0:
            return Place(self.file, 1, 1, 0)
        return self.places[self.pieces[index]].moved(offset - self.offsets[index])

    def shifted(self, by: int) -> Origins:
        """For the text without its first ``by`` characters."""
        return replace(self, skipped=self.skipped + by)


def line_starts(lines: Sequence[str]) -> list[int]:
    return list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))


def align(text: str, other: str, known: Origins) -> Origins:
    """Origins of ``text``, from those of ``other``, which is nearly the same."""
    ours, theirs = text.split("\n"), other.split("\n")
    pairs, starts = dict(_matches(ours, theirs)), line_starts(theirs)
    offsets: list[int] = []
    places: list[Place] = []
    last = known.locate(0)
    for index, start in enumerate(line_starts(ours)):
        offsets.append(start)
        if index not in pairs:
            places.append(last._replace(span=0))
            continue
        begin = starts[pairs[index]]
        last = known.locate(begin)
        places.append(last)
        for piece in range(bisect_right(known.offsets, begin), bisect_right(known.offsets, begin + len(ours[index]))):
            offsets.append(start + known.offsets[piece] - begin)
            places.append(known.places[known.pieces[piece]])
    return Origins(known.file, offsets, range(len(places)), places)


def _matches(ours: list[str], theirs: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs of equal lines: those in front, those at the end, and the best matching of what is between."""
    shortest = min(len(ours), len(theirs))
    head = next((i for i in range(shortest) if ours[i] != theirs[i]), shortest)
    tail = next((i for i in range(shortest - head) if ours[-1 - i] != theirs[-1 - i]), shortest - head)
    yield from ((i, i) for i in range(head))
    yield from ((len(ours) - 1 - i, len(theirs) - 1 - i) for i in range(tail))
    left, right = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if len(left) > ALIGN_AT_MOST or len(right) > ALIGN_AT_MOST:
        return
    for a, b, size in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        yield from ((head + a + i, head + b + i) for i in range(size))
