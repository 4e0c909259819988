"""Declared against what is there: the two differ in promises alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from snowpact.contracts.declare import declared
from snowpact.diff.compare import compare
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.change import AddColumn, AddConstraint, ChangeNullability, ChangeProperty, ChangeType, DropColumn
from snowpact.model.names import Name
from snowpact.model.types import parse_type

NAME = Name.of("DB", "S", "T")


def actual(kind: Kind, *columns: Column, **more) -> Catalog:
    return Catalog.of([CatalogObject(kind, NAME, columns, **more)])


def column(name: str, type_: str, **more) -> Column:
    return Column(name, parse_type(type_), **more)


def differences(contract, live: Catalog) -> list[type]:
    return [type(change) for change in compare(declared([contract], live), live)]


def test_kept_promises_leave_only_types_that_satisfy(contract) -> None:
    """Settings, comments, defaults and the query are not the contract's business."""
    made = contract({"name": "a", "type": "string"}, freshness={"target_lag": "5 minutes"})
    live = actual(
        Kind.DYNAMIC_TABLE,
        column("A", "VARCHAR(20)", nullable=True, comment="c", default="'x'"),
        definition="SELECT 1",
        comment="t",
        properties=properties(target_lag="5 minutes", warehouse="WH"),
    )
    (change,) = compare(declared([made], live), live)
    assert isinstance(change, ChangeType)
    assert declared([made], live).relation(NAME).columns[0].satisfied_by(live.relation(NAME).columns[0])


@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.VIEW, Kind.DYNAMIC_TABLE])
def test_any_kind_keeps_a_contract_that_names_none(contract, kind: Kind) -> None:
    live = actual(kind, column("A", "BOOLEAN", nullable=False))
    assert differences(contract({"name": "a", "type": "boolean"}), live) == []


@pytest.mark.parametrize(
    ("kind", "expected"), [(Kind.TABLE, [ChangeNullability]), (Kind.VIEW, []), (Kind.DYNAMIC_TABLE, []), (Kind.EXTERNAL_TABLE, [])]
)
def test_nullability_counts_on_tables_only(contract, kind: Kind, expected: list[type]) -> None:
    assert differences(contract({"name": "a", "type": "boolean"}), actual(kind, column("A", "BOOLEAN"))) == expected


@pytest.mark.parametrize(("kind", "expected"), [(Kind.TABLE, [AddConstraint]), (Kind.DYNAMIC_TABLE, [])])
def test_keys_count_on_tables_only(contract, kind: Kind, expected: list[type]) -> None:
    """A promised key that is not there is a difference; one that nobody promised is none."""
    made = contract({"name": "a", "type": "boolean"}, keys={"primary": ["a"]})
    live = actual(kind, column("A", "BOOLEAN", nullable=False), constraints=(Constraint("UNIQUE", ("A",)),))
    assert [type(change) for change in compare(live, declared([made], live))] == expected


def test_what_differs_is_seen(contract) -> None:
    """A missing column, one too many, another type, a longer lag."""
    made = contract(
        {"name": "a", "type": "boolean"}, {"name": "b", "type": "int"}, kind="dynamic table", freshness={"target_lag": "1 minute"}
    )
    live = actual(Kind.DYNAMIC_TABLE, column("B", "VARCHAR"), column("C", "DATE"), properties=properties(target_lag="1 hour"))
    assert differences(made, live) == [ChangeProperty, DropColumn, ChangeType, AddColumn]


def test_an_object_that_is_not_there_is_declared_as_it_stands(contract) -> None:
    made = contract({"name": "a", "type": "boolean"}, kind="view")
    assert declared([made], Catalog()) == declared([made])


def test_declared_kind_stands_where_another_is_there(contract) -> None:
    made = contract({"name": "a", "type": "boolean"}, kind="view")
    live = actual(Kind.TABLE, column("A", "BOOLEAN", nullable=False))
    assert declared([made], live).relation(NAME).kind is Kind.VIEW
    assert replace(declared([made], live).relation(NAME), kind=Kind.TABLE) == live.relation(NAME)
