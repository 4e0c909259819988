"""From a place in rendered text back to the place in the source file that its author wrote.

Rendered text is a row of pieces, each from one place of one file: a line's text, or an expression. ``Origins`` knows
where each piece starts. Where markers could not be carried through (``marks.py`` says when) ``align`` matches lines
instead; a line that matches nothing gets the place of the last one before it that did, so no answer is ever past the
text it belongs to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

ALIGN_AT_MOST = 2_000
"""Lines that are compared pairwise; matching is quadratic at worst."""


class Mark(NamedTuple):
    """From ``offset`` on, text comes from this place; for ``span`` characters, the place moves with the offset."""

    offset: int
    file: str
    line: int
    char: int
    span: int

    def at(self, offset: int, to: int | None = None) -> Mark:
        """The same piece, entered at ``offset``; put at offset ``to`` of another text."""
        moved = max(0, min(offset - self.offset, self.span))
        return Mark(offset if to is None else to, self.file, self.line, self.char + moved, self.span - moved)


@dataclass(frozen=True, slots=True)
class Origins:
    """Pieces by offset. ``file`` is the answer for text before the first of them."""

    file: str
    marks: tuple[Mark, ...]

    @classmethod
    def verbatim(cls, file: str, text: str) -> Origins:
        """Text that is its own source."""
        return cls(file, tuple(line_marks(file, text)))

    def locate(self, offset: int) -> Mark:
        index = bisect_right(self.marks, offset, key=lambda mark: mark.offset) - 1
        return self.marks[index].at(offset) if index >= 0 else Mark(offset, self.file, 1, 1, 0)

    def shifted(self, by: int) -> Origins:
        """For the text without its first ``by`` characters."""
        return Origins(self.file, tuple(mark._replace(offset=mark.offset - by) for mark in self.marks))


def line_marks(file: str, text: str) -> list[Mark]:
    offset, marks = 0, []
    for number, line in enumerate(text.split("\n"), 1):
        marks.append(Mark(offset, file, number, 1, len(line)))
        offset += len(line) + 1
    return marks


def align(text: str, other: str, known: Origins) -> Origins:
    """Origins of ``text``, from those of ``other``, which is nearly the same."""
    ours, theirs = text.split("\n"), other.split("\n")
    pairs = dict(_matches(ours, theirs))
    starts = [mark.offset for mark in known.marks]
    their_offsets = [mark.offset for mark in line_marks("", other)]
    marks: list[Mark] = []
    last = known.locate(0)
    for index, (start, *_) in enumerate(line_marks("", text)):
        if index in pairs:
            begin = their_offsets[pairs[index]]
            last = known.locate(begin)
            marks.append(last.at(begin, start))
            inner = range(bisect_right(starts, begin), bisect_right(starts, begin + len(ours[index])))
            marks.extend(known.marks[i]._replace(offset=start + starts[i] - begin) for i in inner)
        else:
            marks.append(last._replace(offset=start, span=0))
    return Origins(known.file, tuple(marks))


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
