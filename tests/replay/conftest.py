"""A script replayed, and what came of it as text that a case file can hold."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from snowpact.model.catalog import Catalog, CatalogObject
from snowpact.model.change import (
    AddColumn,
    AddConstraint,
    Change,
    CreateObject,
    DropColumn,
    DropConstraint,
    DropObject,
    OpaqueChange,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)
from snowpact.model.source import Source
from snowpact.replay.replay import Input, Replayed, replay
from snowpact.sql.split import split

GIVEN = "CREATE DATABASE D; CREATE SCHEMA D.S;"


class Played:
    """The answer of a script, without what ``given`` before it did."""

    def __init__(self, replayed: Replayed):
        self.replayed = replayed

    @property
    def changes(self) -> list[str]:
        told = [change for change in self.replayed.changes if not isinstance(change, OpaqueChange)]
        return [spelled(change) for change in told if change.source and change.source.file == "case"]

    @property
    def opaque(self) -> list[str]:
        found = [change for change in self.replayed.changes if isinstance(change, OpaqueChange)]
        return [f"{item.source.line} {', '.join(map(str, item.touches)) or 'nothing'}: {item.reason}" for item in found if item.source]

    @property
    def refused(self) -> list[str]:
        return [f"{item.source.line} {item.message}" for item in self.replayed.refusals]


def inputs(script: str, file: str = "case") -> list[Input]:
    found = split(script)
    return [
        Input(statement.text, Source(file, statement.line, statement.char), index == 0, statement.lead)
        for index, statement in enumerate(found)
    ]


@pytest.fixture(scope="session")
def play():
    def played(script: str, given: str = GIVEN, start: Catalog | None = None, assumed=None) -> Played:
        """``given`` first; both are one session, in the database and schema that given leaves."""
        statements = [*inputs(given, "given"), *(replace(item, first=False) for item in inputs(script))]
        return Played(replay(statements, start, assumed) if assumed else replay(statements, start))

    return played


def _value(value: Any) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(_value(item) for item in value)) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(_value(item) for item in value) + ")"
    return "-" if value is None else str(value)


def described(item: CatalogObject) -> str:
    """An object in one line: columns, then properties."""
    columns = ", ".join(f"{column.name} {column.type}" + ("" if column.nullable else " NOT NULL") for column in item.columns)
    settings = ", ".join(f"{key} {_value(value)}" for key, value in item.properties)
    parts = f"({columns})" if columns else "", settings, f"as {item.definition}" if item.definition else ""
    return " ".join(part for part in parts if part)


_DETAIL = {
    CreateObject: lambda c: "",
    DropObject: lambda c: "",
    ReplaceObject: lambda c: "",
    RenameObject: lambda c: f" to {c.to}",
    AddColumn: lambda c: f" at {c.position}: {c.column.type}",
    DropColumn: lambda c: "",
    RenameColumn: lambda c: f" to {c.to}",
    AddConstraint: lambda c: f" {c.constraint.kind} {_value(c.constraint.columns)}",
    DropConstraint: lambda c: f" {c.constraint.kind} {_value(c.constraint.columns)}",
}


def spelled(change: Change) -> str:
    """``3 ChangeType table D.S.T A: NUMBER(5,0) -> NUMBER(9,0)``."""
    place = f"{change.source.line} {type(change).__name__} {change.kind} {change.object}"
    column = f" {change.column_name}" if change.column_name else ""
    detail = _DETAIL.get(type(change))
    if detail is not None:
        return place + column + detail(change)
    named = f" {change.property}" if any(item.name == "property" for item in fields(change)) else ""
    return f"{place}{column}{named}: {_value(change.before)} -> {_value(change.after)}"


@pytest.fixture(scope="session")
def as_text():
    return described
