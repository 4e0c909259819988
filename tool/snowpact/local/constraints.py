"""Declared keys as metadata lists them: each with a name, and a foreign key with the key that it leans on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from snowpact.local.facts import Facts, of_kind
from snowpact.local.objects import Record
from snowpact.model.catalog import Constraint, Kind

_NAMESPACE = uuid.UUID("5f0c3b1e-6f0f-4b62-9a44-6a8f5d5c9e10")


@dataclass(frozen=True, slots=True)
class Declared:
    """A constraint of a table. Without a name of its own it gets a generated one, the same for as long as it stands."""

    record: Record
    constraint: Constraint

    @property
    def name(self) -> str:
        if self.constraint.name:
            return self.constraint.name
        item = self.constraint
        said = f"{self.record.id} {item.kind} {item.columns} {item.references} {item.expression}"
        return f"SYS_CONSTRAINT_{uuid.uuid5(_NAMESPACE, said)}"


def declared(facts: Facts, database: str | None = None) -> list[Declared]:
    """Every constraint of the tables of a database, or of all."""
    return [Declared(record, item) for record in of_kind(facts, {Kind.TABLE}, database) for item in record.object.constraints]


def referenced_key(facts: Facts, foreign: Declared) -> Declared | None:
    """The key whose columns a foreign key names; the primary key where it names none."""
    columns = foreign.constraint.referenced_columns
    target = foreign.constraint.references
    candidates = [item for item in declared(facts) if item.record.name == target]
    for item in candidates:
        kind = item.constraint.kind
        if (kind == "PRIMARY KEY" and not columns) or (kind in {"PRIMARY KEY", "UNIQUE"} and item.constraint.columns == columns):
            return item
    return None


def pairs(facts: Facts, foreign: Declared) -> list[tuple[str, str | None]]:
    """(own column, referenced column) of a foreign key."""
    columns: tuple[str | None, ...] = foreign.constraint.referenced_columns
    if not columns:
        key = referenced_key(facts, foreign)
        columns = key.constraint.columns if key else (None,) * len(foreign.constraint.columns)
    return list(zip(foreign.constraint.columns, columns, strict=False))
