"""What a dynamic table read at its last refresh, and whether that was replaced since.

Replacing a table, view or function that the query reads, even by its like, or dropping a column that it names and adding it again,
initialises the table anew; adding or dropping a column that it does not name doesn't
(https://docs.snowflake.com/en/user-guide/dynamic-tables/modify).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.dynamic.graph import read_by
from snowpact.local.objects import Record
from snowpact.local.scope import stored

if TYPE_CHECKING:
    from snowpact.local.session import Session

Sources = Mapping[str, Mapping[str, str]]
"""Of each thing read, by its id, the physical column of each column that may be meant: neither is ever used again for another. Of a view,
under no name, its text."""


def sources_of(session: Session, record: Record) -> Sources:
    read = read_by(session, record)
    named = _named(session, [record, *read])
    return {str(item.id): _columns(item, named) for item in read}


def replaced(before: Sources, now: Sources) -> bool:
    if before.keys() != now.keys():
        return True
    return any(before[id_][name] != now[id_][name] for id_ in before for name in before[id_].keys() & now[id_].keys())


def _columns(item: Record, named: set[str] | None) -> dict[str, str]:
    if not item.physical and item.object.definition is not None:
        return {"": item.object.definition}
    columns = zip(item.object.columns, item.physical, strict=False)
    return {column.name: physical for column, physical in columns if named is None or column.name in named}


def _named(session: Session, records: list[Record]) -> set[str] | None:
    """Every name in the definitions; None where a ``*`` may mean any."""
    names: set[str] = set()
    for definition in [record.object.definition for record in records if record.object.columns and record.object.definition]:
        tree = session.parse(definition)
        if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
            return None
        names |= {stored(identifier) for identifier in tree.find_all(exp.Identifier)}
    return names
