"""SHOW, DESCRIBE and INFORMATION_SCHEMA over one set of objects; and what inspection makes of them is what the engine has."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from snowpact.local.engine import Engine
from snowpact.local.information_schema import VIEWS
from snowpact.local.target import LocalTarget
from snowpact.model.catalog import Catalog, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.split import split
from snowpact.targets.inspect.visible import INSPECTED, visible

FOLDER = Path(__file__).parent / "metadata"
CASES = [case for name in ("show", "information_schema") for case in yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def target():
    with Engine() as engine, LocalTarget(engine, owned=False) as opened:
        for statement in split((FOLDER / "setup.sql").read_text(encoding="utf-8")):
            opened.execute(statement.text)
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:70])
def test_case(target, case):
    assert case["source"]
    if "error" in case:
        with pytest.raises(StatementError) as raised:
            target.execute(case["sql"])
        assert raised.value.errno == (2 if case["error"] == "unsupported" else case["error"]), str(raised.value)
        assert isinstance(raised.value, UnsupportedFeature) == (case["error"] == "unsupported")
        assert case.get("says", "") in str(raised.value)
        return
    answer = target.execute(case["sql"])
    picked = [answer.columns.index(name) for name in case.get("pick", answer.columns)]
    assert [[row[index] for index in picked] for row in answer.rows] == case["rows"]
    assert list(answer.columns) == case.get("columns", list(answer.columns))


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_can_be_read_whole_and_names_its_columns_in_upper_case(target, view):
    answer = target.execute(f"SELECT * FROM SHOP.INFORMATION_SCHEMA.{view}")
    assert answer.rows and all(column == column.upper() for column in answer.columns)
    assert len(set(answer.columns)) == len(answer.columns)


def test_a_foreign_key_names_the_key_it_leans_on(target):
    named = dict(target.execute("SELECT CONSTRAINT_TYPE, CONSTRAINT_NAME FROM SHOP.INFORMATION_SCHEMA.TABLE_CONSTRAINTS").rows)
    foreign = target.execute("SHOW IMPORTED KEYS IN DATABASE SHOP").dicts()[0]
    assert foreign["fk_name"] == named["FOREIGN KEY"]


def test_metadata_is_read_inside_a_transaction_without_ending_it(target):
    target.execute("BEGIN")
    target.execute("INSERT INTO SHOP.RAW.LINES (QTY) VALUES (1)")
    counted = target.execute("SELECT ROW_COUNT FROM SHOP.INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'LINES'").rows
    target.execute("ROLLBACK")
    assert counted == ((1,),) and target.execute("SELECT COUNT(*) FROM SHOP.RAW.LINES").rows == ((0,),)


def test_a_view_on_metadata_tells_the_present(target):
    target.execute("CREATE VIEW OTHER.PUBLIC.SIZES AS SELECT TABLE_NAME, ROW_COUNT FROM SHOP.INFORMATION_SCHEMA.TABLES")
    sizes = "SELECT ROW_COUNT FROM OTHER.PUBLIC.SIZES WHERE TABLE_NAME = 'LINES'"
    before = target.execute(sizes).rows
    target.execute("INSERT INTO SHOP.RAW.LINES (QTY) VALUES (1)")
    after = target.execute(sizes).rows
    target.execute("TRUNCATE TABLE SHOP.RAW.LINES")
    target.execute("DROP VIEW OTHER.PUBLIC.SIZES")
    assert (before, after) == (((0,),), ((1,),))


def test_inspection_finds_what_the_engine_has(target):
    """The property the whole tool leans on: predicted and live are told alike."""
    expected = visible(Catalog.of(item for item in target.engine.catalog() if item.name.database in {"SHOP", "OTHER"}))
    found = visible(target.inspect(["SHOP", "OTHER"]))
    assert {item.kind for item in found} <= INSPECTED and {Kind.FUNCTION, Kind.VIEW, Kind.SEQUENCE} <= {item.kind for item in found}
    assert found == expected


def test_inspection_finds_grants_policies_and_tags():
    with Engine() as engine, LocalTarget(engine, owned=False) as opened:
        for statement in split((FOLDER / "governed.sql").read_text(encoding="utf-8")):
            opened.execute(statement.text)
        name = Name.of("G", "S", "T")
        found = opened.inspect(["G"]).relation(name)
        known = opened.catalog().relation(name)
        assert found is not None and known is not None
        assert found.property("grants") == known.property("grants") == {("SELECT", "ROLE", "READER"), ("SELECT", "DATABASE ROLE", "G.DR")}
        assert found.property("row_access_policy") == known.property("row_access_policy") == (Name.of("G", "S", "RAP"), ("REGION",))
        assert [column.masking_policy for column in found.columns] == [column.masking_policy for column in known.columns]
        assert found.columns[0].masking_policy == Name.of("G", "S", "MASK")
        assert found.columns[0].tags == known.columns[0].tags == ((Name.of("G", "S", "PII"), "yes"),)
        assert found.columns[1].tags == ()
