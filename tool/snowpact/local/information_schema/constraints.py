"""TABLE_CONSTRAINTS, REFERENTIAL_CONSTRAINTS: keys are declared, not enforced."""

from __future__ import annotations

from snowpact.local.constraints import Declared, declared, referenced_key
from snowpact.local.facts import Facts
from snowpact.local.information_schema.fields import View, absent, constant, placed, text, times


def _record(item: Declared):
    return item.record


def _all(facts: Facts, database: str) -> list[Declared]:
    return [item for item in declared(facts, database) if item.constraint.kind != "CHECK"]


def _foreign(facts: Facts, database: str) -> list[tuple[Declared, Declared | None]]:
    keys = [item for item in declared(facts, database) if item.constraint.kind == "FOREIGN KEY"]
    return [(item, referenced_key(facts, item)) for item in keys]


_OWN_NAME = (
    text("CONSTRAINT_CATALOG", lambda item: item.record.name.parts[0]),
    text("CONSTRAINT_SCHEMA", lambda item: item.record.name.parts[1]),
    text("CONSTRAINT_NAME", lambda item: item.name),
)


def _referenced(part: int):
    return lambda pair: pair[0].constraint.references.parts[part]


VIEWS = {
    "TABLE_CONSTRAINTS": View(
        _all,
        (
            *_OWN_NAME,
            *placed("TABLE", _record),
            text("CONSTRAINT_TYPE", lambda item: item.constraint.kind),
            constant("IS_DEFERRABLE", "NO"),
            constant("INITIALLY_DEFERRED", "YES"),
            constant("ENFORCED", "NO"),
            *absent("COMMENT"),
            *times(_record),
            constant("RELY", "NO"),
        ),
    ),
    "REFERENTIAL_CONSTRAINTS": View(
        _foreign,
        (
            text("CONSTRAINT_CATALOG", lambda pair: pair[0].record.name.parts[0]),
            text("CONSTRAINT_SCHEMA", lambda pair: pair[0].record.name.parts[1]),
            text("CONSTRAINT_NAME", lambda pair: pair[0].name),
            text("UNIQUE_CONSTRAINT_CATALOG", _referenced(0)),
            text("UNIQUE_CONSTRAINT_SCHEMA", _referenced(1)),
            text("UNIQUE_CONSTRAINT_NAME", lambda pair: pair[1].name if pair[1] else None),
            constant("MATCH_OPTION", "FULL"),
            constant("UPDATE_RULE", "NO ACTION"),
            constant("DELETE_RULE", "NO ACTION"),
            *absent("COMMENT"),
            *times(lambda pair: pair[0].record),
        ),
    ),
}
