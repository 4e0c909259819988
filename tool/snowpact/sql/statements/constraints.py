"""Declared keys and checks, inline and out of line.

https://docs.snowflake.com/en/sql-reference/sql/create-table-constraint
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Constraint
from snowpact.model.names import Name
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_name, read_names

STARTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "REFERENCES", "CHECK"}

_PROPERTIES = (
    "NOT ENFORCED", "ENFORCED", "NOT DEFERRABLE", "DEFERRABLE", "INITIALLY DEFERRED", "INITIALLY IMMEDIATE", "ENABLE", "DISABLE",
    "VALIDATE", "NOVALIDATE", "RELY", "NORELY", "MATCH FULL", "MATCH SIMPLE", "MATCH PARTIAL",
)  # fmt: skip
_ACTIONS = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION")


@dataclass(frozen=True, slots=True)
class ConstraintDefinition:
    """A constraint with the properties the model does not keep (``NOT ENFORCED``, ``RELY``, ``ON DELETE CASCADE``, …)."""

    constraint: Constraint
    properties: tuple[str, ...] = ()


def read_constraint(cursor: Cursor, column: str | None = None) -> ConstraintDefinition:
    """One constraint, ``[CONSTRAINT name]`` first. column is the one it stands on inline, None out of line."""
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else None
    kind = cursor.expect("PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "REFERENCES", "CHECK")
    if kind == "CHECK":
        constraint = Constraint("CHECK", (column,) if column else (), expression=cursor.group_text(), name=name)
        return ConstraintDefinition(constraint, read_constraint_properties(cursor))
    inline = column is not None
    columns = (column,) if inline else read_names(cursor)
    references: Name | None = None
    referenced: tuple[str, ...] = ()
    if kind in {"FOREIGN KEY", "REFERENCES"}:
        if kind == "FOREIGN KEY":
            cursor.expect("REFERENCES")
        references = read_name(cursor)
        referenced = read_names(cursor) if cursor.peek() == "(" else ()
        kind = "FOREIGN KEY"
    constraint = Constraint(kind, columns, references, referenced, name=name)
    return ConstraintDefinition(constraint, read_constraint_properties(cursor))


def read_constraint_properties(cursor: Cursor) -> tuple[str, ...]:
    found: list[str] = []
    while True:
        if phrase := cursor.accept(*_PROPERTIES):
            found.append(phrase)
        elif phrase := cursor.accept("ON DELETE", "ON UPDATE"):
            found.append(f"{phrase} {cursor.expect(*_ACTIONS)}")
        else:
            return tuple(found)
