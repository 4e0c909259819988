"""compare says exactly what differs: no guesses, no noise, in an order that depends on names alone."""

from __future__ import annotations

import pytest

from snowpact.diff.compare import compare, likely_renames
from snowpact.model.apply import apply
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.change import MoveColumn, ReplaceObject
from snowpact.model.names import Name
from snowpact.model.types import Certainty, number, parse_type, varchar

T = Name.of("D", "S", "T")


def table(columns: str, name: Name = T, kind: Kind = Kind.TABLE, **values) -> CatalogObject:
    pairs = (entry.split() for entry in columns.split(",") if entry.strip())
    return CatalogObject(kind, name, tuple(Column(column, parse_type(type_)) for column, type_ in pairs), **values)


def told(before: list, after: list) -> list[str]:
    changes = compare(Catalog.of(before), Catalog.of(after))
    return [" ".join(filter(None, [type(change).__name__, str(change.object), change.column_name])) for change in changes]


CASES = {
    "nothing": (table("A DATE"), table("A DATE"), []),
    "a column more": (table("A DATE"), table("A DATE, B DATE"), ["AddColumn D.S.T B"]),
    "a column less": (table("A DATE, B DATE"), table("A DATE"), ["DropColumn D.S.T B"]),
    "a rename is a drop and an addition": (table("A DATE"), table("B DATE"), ["DropColumn D.S.T A", "AddColumn D.S.T B"]),
    "another case is another name": (table("A DATE"), table("a DATE"), ["DropColumn D.S.T A", "AddColumn D.S.T a"]),
    "a type": (table("A DATE"), table("A TIME"), ["ChangeType D.S.T A"]),
    "a synonym": (table("A STRING"), table("A TEXT"), []),
    "the last column comes first": (table("A DATE, B DATE, C DATE"), table("C DATE, A DATE, B DATE"), ["MoveColumn D.S.T C"]),
    "a removal moves nobody": (table("A DATE, B DATE, C DATE"), table("B DATE, C DATE"), ["DropColumn D.S.T A"]),
    "another kind": (table("A DATE"), table("A DATE", kind=Kind.VIEW), ["ReplaceObject D.S.T"]),
    "another query": (table("", definition="select 1"), table("", definition="select 2"), ["ChangeDefinition D.S.T"]),
    "another comment": (table("", comment="a"), table("", comment="b"), ["ChangeComment D.S.T"]),
    "another property": (table("", properties=properties(target_lag="1")), table(""), ["ChangeProperty D.S.T"]),
    "another key": (
        table("A DATE", constraints=(Constraint("UNIQUE", ("A",)),)),
        table("A DATE", constraints=(Constraint("PRIMARY KEY", ("A",)),)),
        ["DropConstraint D.S.T", "AddConstraint D.S.T"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_differs(case):
    before, after, changes = CASES[case]
    assert told([before], [after]) == changes
    assert apply(Catalog.of([before]), compare(Catalog.of([before]), Catalog.of([after]))) == Catalog.of([after])


def test_containers_come_before_and_go_after_their_contents():
    schema, inner = CatalogObject(Kind.SCHEMA, Name.of("D", "S")), table("A DATE")
    assert told([], [inner, schema]) == ["CreateObject D.S", "CreateObject D.S.T"]
    assert told([schema, inner], []) == ["DropObject D.S.T", "DropObject D.S"]


def test_the_order_of_changes_depends_on_names_alone():
    items = [table("A DATE", name=Name.of("D", "S", name)) for name in ("B", "C", "A")]
    assert told([], items) == told([], items[::-1]) == [f"CreateObject D.S.{name}" for name in "ABC"]


def test_a_table_and_a_task_may_share_a_name():
    assert told([table("")], [table(""), table("", kind=Kind.TASK)]) == ["CreateObject D.S.T"]


def test_how_sure_a_producer_is_belongs_to_the_type():
    unsure = CatalogObject(Kind.TABLE, T, (Column("A", varchar(), certainty=Certainty.FAMILY, reason="a concatenation"),))
    assert told([table("A VARCHAR")], [unsure]) == ["ChangeType D.S.T A"]


def test_as_few_columns_move_as_the_order_allows():
    before, after = table(", ".join(f"C{i} DATE" for i in range(9))), table(", ".join(f"C{i} DATE" for i in (8, *range(8))))
    assert [change.column for change in compare(Catalog.of([before]), Catalog.of([after]))] == ["C8"]
    assert all(isinstance(change, MoveColumn) for change in compare(Catalog.of([before]), Catalog.of([after])))


def test_a_replacement_holds_both_sides():
    (change,) = compare(Catalog.of([table("A DATE")]), Catalog.of([table("A DATE", kind=Kind.VIEW)]))
    assert isinstance(change, ReplaceObject) and (change.before.kind, change.after.kind) == (Kind.TABLE, Kind.VIEW)


RENAMES = {
    "same type and place": ("A DATE, B NUMBER", "A DATE, C NUMBER", {"B": "C"}),
    "another type": ("A DATE, B NUMBER", "A DATE, C TIME", {}),
    "another place": ("A DATE, B NUMBER", "C NUMBER, A DATE", {}),
    "two at once": ("A DATE, B DATE", "C DATE, D DATE", {"A": "C", "B": "D"}),
    "beside a removal and an addition": ("X DATE, A DATE, B DATE, Z DATE", "A DATE, C DATE, Z DATE, N DATE", {"B": "C"}),
    "another case": ("A DATE", "a DATE", {}),
}


@pytest.mark.parametrize("case", RENAMES)
def test_what_looks_like_a_rename(case):
    before, after, pairs = RENAMES[case]
    assert likely_renames(table(before), table(after)) == pairs


def test_comparing_grows_with_the_catalog_and_not_with_its_square():
    """Counted, not timed: each object is looked at once."""

    class Counting(dict):
        looks = 0

        def get(self, key, default=None):
            Counting.looks += 1
            return super().get(key, default)

    items = [CatalogObject(Kind.TABLE, Name.of("D", "S", f"T{i}"), (Column("A", number()),)) for i in range(500)]
    before, after = Catalog.of(items), Catalog.of(items)
    object.__setattr__(before, "objects", Counting(before.objects))
    assert compare(before, after) == ()
    assert Counting.looks == 500
