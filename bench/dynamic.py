"""A dynamic table's refresh, against the floor of its work: DuckDB computing the whole answer anew into a table; and an incremental one
against one in full."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import Figure, best

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine
from snowpact.local.relation import query_of

ROWS = 100_000
QUERIES = {
    "a filter": "SELECT x, g, s FROM t WHERE x > 10",
    "an aggregate": "SELECT g, COUNT(*) AS n, SUM(x) AS total FROM t GROUP BY g",
}
CHANGES = {"nothing changed": "SELECT 1", "one row in a hundred changed": "UPDATE t SET s = s || '.' WHERE MOD(x, 100) = 0"}


MANY = 10_000_000
LAGGING = 20


def figures() -> Iterator[Figure]:
    yield from _deltas()
    yield _incremental()
    yield _day()


def _day() -> Figure:
    """A day on the simulated clock in which nothing changes; a line of history is the least that a refresh can do."""
    start = datetime(2030, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "engine.duckdb") as engine, engine.connect() as session:
        session.execute_script("CREATE DATABASE bench; CREATE WAREHOUSE wh; CREATE TABLE t AS SELECT 1 AS x")
        for number in range(LAGGING):
            mode = "FULL" if number % 2 else "INCREMENTAL"
            options = f"TARGET_LAG = '10 minutes' WAREHOUSE = wh REFRESH_MODE = {mode}"
            session.execute(f"CREATE DYNAMIC TABLE d{number} {options} AS SELECT x, COUNT(*) AS n FROM t GROUP BY x")
        begun = time.perf_counter()
        ran = sum(1 for _ in scheduler.run(engine, SimulatedClock(start), start, start + timedelta(days=1)))
        each = (time.perf_counter() - begun) / ran
        session.duck.execute("CREATE TABLE floor AS SELECT * FROM _snow.refreshes LIMIT 0")
        floor = best(lambda: session.duck.execute("INSERT INTO floor SELECT * FROM _snow.refreshes LIMIT 1"), 50)
    return Figure(f"a refresh in a simulated day of {ran} that find nothing changed", each * 1000, "ms", "DuckDB writes a line", floor, 2.0)


def _incremental() -> Figure:
    """One definition refreshed from what changed, and in full."""
    query = "SELECT g, COUNT(*) AS n, SUM(x) AS total, AVG(x) AS mean, MIN(x) AS least, MAX(x) AS most FROM t GROUP BY g"
    with Engine() as engine, engine.connect("BENCH", "PUBLIC", create=True) as session:
        session.execute("CREATE WAREHOUSE wh")
        rows = "(SELECT SEQ4() AS x FROM TABLE(GENERATOR(ROWCOUNT => {})))"
        session.execute(f"CREATE TABLE t AS SELECT x, MOD(x * 7919, 100000) AS g FROM {rows.format(MANY)}")
        for name, mode in (("d", "INCREMENTAL"), ("f", "FULL")):
            session.execute(f"CREATE DYNAMIC TABLE {name} TARGET_LAG = '1 minute' WAREHOUSE = wh REFRESH_MODE = {mode} AS {query}")

        def inserted() -> None:
            session.execute(f"INSERT INTO t SELECT x, MOD(x * 31, 100000) FROM {rows.format(1000)}")

        figure = best(lambda: session.execute("ALTER DYNAMIC TABLE d REFRESH"), 5, inserted)
        full = best(lambda: session.execute("ALTER DYNAMIC TABLE f REFRESH"), 3, inserted)
        return Figure(f"incremental refresh of an aggregate over {MANY} rows after 1000 inserts", figure, "ms", "in full", full, 0.1)


def _deltas() -> Iterator[Figure]:
    with Engine() as engine, engine.connect("BENCH", "PUBLIC", create=True) as session:
        session.execute("CREATE WAREHOUSE wh")
        rows = f"(SELECT SEQ4() AS x FROM TABLE(GENERATOR(ROWCOUNT => {ROWS})))"
        session.execute(f"CREATE TABLE t AS SELECT x, MOD(x, 1000) AS g, 'name ' || x AS s FROM {rows}")
        for name, query in QUERIES.items():
            session.execute(f"CREATE OR REPLACE DYNAMIC TABLE d TARGET_LAG = '1 minute' WAREHOUSE = wh AS {query}")
            floor = f"CREATE OR REPLACE TEMP TABLE floor AS {query_of(session, query).sql}"
            peer = best(lambda statement=floor: session.duck.execute(statement), 5)
            for change, statement in CHANGES.items():

                def prepare(statement: str = statement) -> None:
                    session.execute(statement)

                refresh = best(lambda: session.execute("ALTER DYNAMIC TABLE d REFRESH"), 5, prepare)
                yield Figure(f"refresh of {name} over {ROWS} rows, {change}", refresh, "ms", "DuckDB computes it anew", peer, 10.0)
