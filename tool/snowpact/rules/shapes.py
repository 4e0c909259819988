"""What all rules about shapes share: the one fault of the fact that is theirs."""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Fault, place


def shape_faults(change: ChangeShape, fact: str, instead: str) -> Iterator[Fault]:
    if change.fact != fact:
        return
    inside = "".join(f".{step}" if step[0] not in "[{<" else step for step in change.steps)
    where = f"{place(change.object, change.column)}{' at ' + inside.lstrip('.') if inside else ''}"
    if change.after is None:
        yield Fault(f"{where}: {change.before} is not promised any more", instead)
    elif change.before is None:
        yield Fault(f"{where}: {change.after} is new", instead)
    else:
        yield Fault(f"{where}: {change.before} becomes {change.after}", instead)
