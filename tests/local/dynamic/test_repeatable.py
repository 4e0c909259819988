"""A source that did not change gives NO_DATA each time, also where Snowflake leaves the answer open (ties, lists without an order)
and DuckDB's threads would answer otherwise each time; and a group that did not change stays the same row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snowpact.local.engine import Engine
from snowpact.local.session import Session

SOURCE = (
    "CREATE TABLE t AS SELECT x, MOD(x, 7) AS g, MOD(x, 11) AS m, 'k' || x AS k, 's' || MOD(x, 50) AS s, SIN(x) * 1000 AS f, "
    "TO_VARIANT(x) AS v "
    "FROM (SELECT SEQ4() AS x FROM TABLE(GENERATOR(ROWCOUNT => {})))"
)
OPEN = {
    "ARRAY_AGG": "SELECT g, ARRAY_AGG(x) AS a, ARRAY_AGG(v) AS b, ARRAY_AGG(DISTINCT s) AS c FROM t GROUP BY g",
    "OBJECT_AGG": "SELECT g, OBJECT_AGG(k, v) AS a FROM t GROUP BY g",
    "LISTAGG": "SELECT g, LISTAGG(s) AS a, LISTAGG(DISTINCT s, ',') AS b FROM t GROUP BY g",
    "ties of one value": "SELECT g, MODE(m) AS a, ANY_VALUE(s) AS b, MAX_BY(s, m) AS c, MIN_BY(s, m) AS d FROM t GROUP BY g",
    "FLOAT": "SELECT g, SUM(f) AS a, AVG(f) AS b, STDDEV(f) AS c, MEDIAN(f) AS d FROM t GROUP BY g",
    "ROW_NUMBER": "SELECT g, s, ROW_NUMBER() OVER (PARTITION BY g ORDER BY m) AS a FROM t",
    "QUALIFY": "SELECT * FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY g ORDER BY m) = 1",
    "LIMIT": "SELECT s, f FROM t LIMIT 10",
    "a join": "SELECT a.g, ARRAY_AGG(b.s) AS b FROM t a JOIN t b ON a.x = b.x GROUP BY a.g",
}


def _session(engine: Engine, rows: int) -> Session:
    session = engine.connect("DB", "PUBLIC", create=True)
    session.execute("CREATE WAREHOUSE wh")
    session.execute(SOURCE.format(rows))
    return session


def _create(session: Session, query: str) -> None:
    session.execute(f"CREATE OR REPLACE DYNAMIC TABLE d TARGET_LAG = '1 minute' WAREHOUSE = wh AS {query}")


def _refresh(session: Session) -> str:
    """As in an engine that has just been opened: the query runs, for nothing is known of it."""
    session.engine.refreshed.clear()
    return session.execute("ALTER DYNAMIC TABLE d REFRESH").rows[0][1]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Engine() as engine:
        yield _session(engine, 10_000)


@pytest.mark.parametrize("query", OPEN.values(), ids=OPEN.keys())
def test_an_unchanged_source_changes_nothing(session: Session, query: str) -> None:
    _create(session, query)
    assert {_refresh(session) for _ in range(10)} == {"NO_DATA: 0 rows inserted, 0 deleted"}


@pytest.mark.parametrize("value", ["CURRENT_TIMESTAMP()", "UUID_STRING()"])
def test_what_does_change_is_refreshed(session: Session, value: str) -> None:
    _create(session, f"SELECT g, {value} AS a FROM t WHERE x < 5")
    assert [_refresh(session) for _ in range(2)] == ["FULL: 5 rows inserted, 5 deleted"] * 2


def test_groups_that_did_not_change_stay_the_same_rows() -> None:
    """Another group's rows come and go; the join's sides change places."""
    with Engine() as engine:
        session = _session(engine, 1000)
        session.execute("CREATE TABLE u AS SELECT x, s FROM t WHERE x < 20")
        _create(session, "SELECT t.g, ARRAY_AGG(u.s) AS a, LISTAGG(t.s) AS b, MODE(t.m) AS c FROM t JOIN u ON t.x = u.x GROUP BY t.g")
        session.execute("INSERT INTO u SELECT x, s FROM t WHERE g = 3 AND x >= 20")
        assert _refresh(session) == "INCREMENTAL: 1 rows inserted, 1 deleted"
        session.execute("DELETE FROM t WHERE g = 3")
        assert _refresh(session) == "INCREMENTAL: 0 rows inserted, 1 deleted"


@pytest.mark.soak
@pytest.mark.parametrize("query", OPEN.values(), ids=OPEN.keys())
def test_the_same_where_DuckDB_uses_several_threads(query: str) -> None:
    with Engine() as engine:
        session = _session(engine, 400_000)
        _create(session, query)
        assert {_refresh(session) for _ in range(10)} == {"NO_DATA: 0 rows inserted, 0 deleted"}
