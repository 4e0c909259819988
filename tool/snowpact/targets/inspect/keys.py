"""Declared keys. INFORMATION_SCHEMA does not say which columns make up a key (there is no KEY_COLUMN_USAGE): SHOW does."""

from __future__ import annotations

from collections.abc import Iterable

from snowpact.model.catalog import Constraint
from snowpact.model.names import Name
from snowpact.targets.inspect.probe import Probe, Row

Keys = dict[tuple[str, str], tuple[Constraint, ...]]

_DERIVED = "SYS_CONSTRAINT_DERIVED_PK"
"""SHOW UNIQUE KEYS may list this one, which nobody declared."""


def keys(probe: Probe) -> Keys:
    """The primary, unique and foreign keys of every table."""
    found: dict[tuple[str, str], list[Constraint]] = {}
    for command, kind in (("PRIMARY KEYS", "PRIMARY KEY"), ("UNIQUE KEYS", "UNIQUE")):
        for relation, name, rows in _grouped(probe.show(command, paged=False), "", "constraint_name"):
            if not name.startswith(_DERIVED):
                found.setdefault(relation, []).append(Constraint(kind, tuple(row["column_name"] for row in rows), name=name))
    for relation, name, rows in _grouped(probe.show("IMPORTED KEYS", paged=False), "fk_", "fk_name"):
        found.setdefault(relation, []).append(_foreign(name, rows))
    return {relation: tuple(constraints) for relation, constraints in found.items()}


def _foreign(name: str, rows: list[Row]) -> Constraint:
    first = rows[0]
    referenced = Name.of(first["pk_database_name"], first["pk_schema_name"], first["pk_table_name"])
    own = tuple(row["fk_column_name"] for row in rows)
    return Constraint("FOREIGN KEY", own, referenced, tuple(row["pk_column_name"] for row in rows), name=name)


def _grouped(rows: Iterable[Row], prefix: str, name: str) -> list[tuple[tuple[str, str], str, list[Row]]]:
    """The rows of each constraint, in the key's own order."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        key = row[f"{prefix}schema_name"], row[f"{prefix}table_name"], str(row.get(name) or "")
        groups.setdefault(key, []).append(row)
    return [
        ((schema, table), constraint, sorted(items, key=lambda row: int(row["key_sequence"])))
        for (schema, table, constraint), items in groups.items()
    ]
