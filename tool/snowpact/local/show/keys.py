"""SHOW PRIMARY KEYS, UNIQUE KEYS, IMPORTED KEYS: a row for each column of each key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from snowpact.local.constraints import declared, pairs, referenced_key
from snowpact.local.facts import Facts
from snowpact.local.show.listing import CREATED, DATABASE, SCHEMA, Item, Listing, constant, numeric, text
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session

Items = Callable[["Session", Facts], Iterable[Item]]


def _own(kind: str) -> Items:
    """Parts: (constraint, column, 1-based place in the key)."""
    return lambda session, facts: [
        Item(item.record, session, facts, (item, column, place))
        for item in declared(facts)
        if item.constraint.kind == kind
        for place, column in enumerate(item.constraint.columns, 1)
    ]


def _foreign(session: Session, facts: Facts) -> list[Item]:
    """Parts: (constraint, (column, referenced column), place, name of the referenced key)."""
    found = []
    for item in declared(facts):
        if item.constraint.kind == "FOREIGN KEY":
            key = referenced_key(facts, item)
            name = key.name if key else None
            found += [Item(item.record, session, facts, (item, pair, place, name)) for place, pair in enumerate(pairs(facts, item), 1)]
    return found


_KEY = (
    CREATED,
    DATABASE,
    SCHEMA,
    text("table_name", lambda item: item.record.name.name),
    text("column_name", lambda item: item.part[1]),
    numeric("key_sequence", lambda item: item.part[2]),
    text("constraint_name", lambda item: item.part[0].name),
    constant("rely", "false"),
    constant("comment", None),
)


def _referenced(part: int):
    return lambda item: item.part[0].constraint.references.parts[part]


_IMPORTED = (
    CREATED,
    text("pk_database_name", _referenced(0)),
    text("pk_schema_name", _referenced(1)),
    text("pk_table_name", _referenced(2)),
    text("pk_column_name", lambda item: item.part[1][1]),
    text("fk_database_name", lambda item: item.record.name.parts[0]),
    text("fk_schema_name", lambda item: item.record.name.parts[1]),
    text("fk_table_name", lambda item: item.record.name.name),
    text("fk_column_name", lambda item: item.part[1][0]),
    numeric("key_sequence", lambda item: item.part[2]),
    constant("update_rule", "NO ACTION"),
    constant("delete_rule", "NO ACTION"),
    text("fk_name", lambda item: item.part[0].name),
    text("pk_name", lambda item: item.part[3]),
    constant("deferrability", "NOT DEFERRABLE"),
    constant("rely", "false"),
    constant("comment", None),
)

LISTINGS: dict[Kind | str, Listing] = {
    "PRIMARY KEYS": Listing(_own("PRIMARY KEY"), _KEY, terse=None, bare_scope=Kind.TABLE),
    "UNIQUE KEYS": Listing(_own("UNIQUE"), _KEY, terse=None, bare_scope=Kind.TABLE),
    "IMPORTED KEYS": Listing(_foreign, _IMPORTED, terse=None, bare_scope=Kind.TABLE),
}
