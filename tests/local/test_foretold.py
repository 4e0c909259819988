"""Any sequence of ordinary migrations' statements: what the engine runs replay does not refuse, and both end in one catalog.

Then each view that replay calls broken fails when it is read, and every other one is read; so do dynamic tables when they are refreshed.
What the engine refuses replay refuses too, but for what `UNTOLD` lists.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.local.foretold import Foretold
from tests.local.migrating import GIVEN, statement

from snowpact.local.engine import Engine
from snowpact.model.broken import Harm
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.classify import classify
from snowpact.sql.split import split

STATEMENTS = st.builds(lambda random: statement(random.choice), st.randoms(use_true_random=False))
SELECTED = (Kind.VIEW, Kind.MATERIALIZED_VIEW)
UNTOLD = {
    2717: "a lag shorter than that of what is read",
    3531: "an inspection does not tell every column's policy",
    3552: "nor every table's",
    2210: "which query a materialized view may have",
    2291: "which view a stream can follow",
    2262: "a default that is not there",
    2054: "views that read each other",
    2718: "dynamic tables that read each other",
    2057: "a view that was broken before",
    2037: "a view that was broken before",
}
"""By Snowflake's number: what replay does not know of, or does not look at yet."""
OF_A_DEFAULT = {904: "a sequence that is not there", 2023: "a type that the column's does not take"}


def _fails(session, sql: str) -> bool | None:
    """None where the engine can't tell."""
    try:
        session.execute(sql)
    except UnsupportedFeature:
        return None
    except StatementError:
        return True
    return False


def _readers_fare_as_foretold(foretold: Foretold) -> None:
    found = [item for item in foretold.run.dependents.broken.values() if item.harm is Harm.BROKEN]
    broken = {item.object for item in found}
    misnamed = {item.object for item in found if item.why.startswith("its SELECT * now gives")}  # its values stand under other names
    for item in foretold.run.state.draft.catalog():
        if item.kind in SELECTED and item.name not in misnamed:
            fails = _fails(foretold.session, f"SELECT * FROM {item.name.sql}")
            assert fails in (None, item.name in broken), f"{item} AS {item.definition}"


def _check(statements: list[str]) -> None:
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        for text in split(GIVEN):
            session.execute(text.text)
        foretold = Foretold(engine, session, True)
        first, whole = foretold.run, True
        for sql in statements:
            try:
                session.execute(sql)
            except UnsupportedFeature:
                continue
            except StatementError as error:
                row = classify(sql).verb == "INSERT" or re.search(r"SET NOT NULL|SET DATA TYPE| AS ", sql)
                default = " DEFAULT " in sql and error.errno in OF_A_DEFAULT
                assert foretold.refused(sql) or row or default or error.errno in UNTOLD, f"replay does not refuse: {sql}: {error}"
            else:
                foretold.ran(sql)
                foretold.holds()
            whole = whole and foretold.run is first
        if whole:
            _readers_fare_as_foretold(foretold)


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STATEMENTS, min_size=1, max_size=12))
def test_replay_ends_where_the_engine_does(statements):
    _check(statements)


FOUND = {
    "a broken view's columns are as many as declared again": [
        "ALTER TABLE t DROP COLUMN c", "UNDROP DATABASE d3", "ALTER TABLE t ADD COLUMN d BINARY",
    ],
    "the only column": ["CREATE OR REPLACE TABLE t (a INT NOT NULL)", "ALTER TABLE t DROP COLUMN a"],
    "a stale stream's database moves": ["CREATE OR REPLACE TABLE t (a INT)", "ALTER DATABASE db RENAME TO d3"],
    "a grant on a view, called a table": ["GRANT SELECT ON TABLE x TO ROLE r"],
}  # fmt: skip
"""What the search below has found."""


@pytest.mark.parametrize("statements", FOUND.values(), ids=FOUND.keys())
def test_what_was_found(statements):
    _check(statements)


@pytest.mark.soak
@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STATEMENTS, min_size=5, max_size=25))
def test_replay_ends_where_the_engine_does_at_length(statements):
    _check(statements)
