"""The net of a run and its blame: what a run did on balance, and which statement did it."""

from __future__ import annotations

import pytest

from snowpact.diff.net import Blame, net
from snowpact.model.catalog import Catalog, CatalogObject, Column, Kind
from snowpact.model.change import (
    AddColumn,
    ChangeComment,
    ChangeType,
    CreateObject,
    DropColumn,
    DropObject,
    OpaqueChange,
    RenameColumn,
    RenameObject,
    ReplaceObject,
    TypeState,
)
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.model.types import DATE, varchar

T, U = Name.of("D", "S", "T"), Name.of("D", "S", "U")
TABLE = CatalogObject(Kind.TABLE, T, (Column("A", DATE), Column("B", DATE)))
BEFORE = Catalog.of([TABLE])


def at(line: int, name: Name = T) -> dict:
    return {"kind": Kind.TABLE, "object": name, "source": Source("V1.sql", line)}


def add(line: int, column: str, name: Name = T, position: int = 2) -> AddColumn:
    return AddColumn(**at(line, name), column=Column(column, DATE), position=position)


def drop(line: int, column: str, position: int, name: Name = T) -> DropColumn:
    return DropColumn(**at(line, name), column=Column(column, DATE), position=position)


def rename(line: int, column: str, to: str, name: Name = T) -> RenameColumn:
    return RenameColumn(**at(line, name), column=column, to=to)


def retype(line: int, column: str, before, after) -> ChangeType:
    return ChangeType(**at(line), column=column, before=TypeState(before), after=TypeState(after))


OTHER = CatalogObject(Kind.TABLE, U, (Column("A", DATE),))
NETS = {
    "made and dropped": ([CreateObject(**at(1, U), after=OTHER), DropObject(**at(2, U), before=OTHER)], []),
    "added and dropped": ([add(1, "C"), drop(2, "C", 2)], []),
    "there and back": ([rename(1, "A", "X"), rename(2, "X", "A")], []),
    "renamed twice": ([rename(1, "A", "X"), rename(2, "X", "Y")], [("RenameColumn", "A", 2)]),
    "renamed and dropped": ([rename(1, "A", "X"), drop(2, "X", 0)], [("DropColumn", "A", 1)]),
    "added and renamed": ([add(1, "C"), rename(2, "C", "E")], [("AddColumn", "E", 2)]),
    "renamed and retyped": (
        [rename(1, "A", "X"), retype(2, "X", DATE, varchar())],
        [("RenameColumn", "A", 1), ("ChangeType", "X", 2)],
    ),
    "retyped twice": ([retype(1, "A", DATE, varchar(1)), retype(2, "A", varchar(1), varchar(2))], [("ChangeType", "A", 2)]),
    "a table renamed, a column added": (
        [RenameObject(**at(1), to=U), add(2, "C", U)],
        [("RenameObject", None, 1), ("AddColumn", "C", 2)],
    ),
    "replaced by the same": ([ReplaceObject(**at(1), before=TABLE, after=TABLE)], [("ReplaceObject", None, 1)]),
    "dropped and made again": (
        [DropObject(**at(1), before=TABLE), CreateObject(**at(2), after=TABLE)],
        [("ReplaceObject", None, 2)],
    ),
    "names exchanged": (
        [rename(1, "A", "X"), rename(2, "B", "A"), rename(3, "X", "B")],
        [("MoveColumn", "B", 3)],
    ),
}


@pytest.mark.parametrize("case", NETS)
def test_the_net_of_a_run(case):
    journal, expected = NETS[case]
    changes = net(BEFORE, journal)
    assert [(type(change).__name__, change.column_name, change.source and change.source.line) for change in changes] == expected


# case: (journal, what is asked, line)
BLAMES = {
    "an added column": ([add(3, "C")], (T, "C"), 3),
    "a dropped column": ([drop(4, "B", 1)], (T, "B"), 4),
    "a renamed column, by its old name": ([rename(5, "A", "X")], (T, "A"), 5),
    "a renamed column, by its new name": ([rename(5, "A", "X")], (T, "X"), 5),
    "the column of a new table": ([CreateObject(**at(6, U), after=OTHER)], (U, "A"), 6),
    "the column of a dropped table": ([add(1, "C"), DropObject(**at(7), before=TABLE)], (T, "C"), 7),
    "a column added before its table was renamed": ([add(1, "C"), RenameObject(**at(2), to=U)], (U, "C"), 1),
    "the old name of a renamed table": ([RenameObject(**at(2), to=U)], (T, "A"), 2),
    "a table whose columns alone were touched": ([add(3, "C")], (T, None), 3),
    "what the run never touched": ([add(3, "C")], (U, "A"), None),
    "a column that the run never touched": ([add(3, "C")], (T, "A"), None),
    "a column of a table that got a comment": ([ChangeComment(**at(3), before=None, after="x")], (T, "A"), None),
}


@pytest.mark.parametrize("case", BLAMES)
def test_which_statement_is_to_blame(case):
    journal, (name, column), line = BLAMES[case]
    source = Blame(journal).of(name, column)
    assert (source and source.line) == line


def test_blame_prefers_the_kind_of_statement_that_can_have_done_it():
    journal = [retype(1, "A", DATE, varchar()), rename(2, "A", "X")]
    assert Blame(journal).of(T, "X", ChangeType).line == 1
    assert Blame(journal).of(T, "X").line == 2


def test_dropping_a_schema_is_to_blame_for_what_was_in_it():
    schema = CatalogObject(Kind.SCHEMA, Name.of("D", "S"))
    journal = [DropObject(kind=Kind.SCHEMA, object=schema.name, before=schema, source=Source("V1.sql", 9))]
    assert Blame(journal).of(T, "A").line == 9


def test_an_opaque_statement_is_to_blame_for_what_it_may_touch():
    call = OpaqueChange(kind=Kind.PROCEDURE, object=U, statement="CALL p()", touches=(Name.of("D", "S"),), source=Source("V1.sql", 5))
    assert Blame([call]).of(T, "A").line == 5
    assert Blame([call]).of(Name.of("E", "S", "T")) is None
