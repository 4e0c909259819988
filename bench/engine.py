"""The embedded engine against plain fakesnow, statement by statement in process, both in memory-like throw-away files; and FLATTEN of one
large array against DuckDB's own UNNEST of the same JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fakesnow.instance import FakeSnow
from measure import Figure, best

from snowpact.local.engine import Engine
from snowpact.local.relation import query_of

SETUP = (
    "CREATE DATABASE bench",
    "CREATE SCHEMA bench.s",
    "USE SCHEMA bench.s",
    "CREATE TABLE t (id NUMBER(9,0), name VARCHAR, amount NUMBER(12,2))",
    "CREATE TABLE u (id NUMBER(9,0), name VARCHAR, amount NUMBER(12,2))",
    "INSERT INTO t SELECT column1, 'n' || column1, column1 FROM VALUES " + ", ".join(f"({n})" for n in range(1000)),
    "INSERT INTO u SELECT id + 500, name, amount FROM t",
)
STATEMENTS = {
    "SELECT": "SELECT name, SUM(amount) AS total FROM t WHERE id > 10 GROUP BY name ORDER BY total DESC LIMIT 10",
    "INSERT": "INSERT INTO t VALUES (1, 'x', 2.5)",
    "MERGE": "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET amount = u.amount "
    "WHEN NOT MATCHED THEN INSERT (id, name, amount) VALUES (u.id, u.name, u.amount)",
    "CREATE TABLE": "CREATE OR REPLACE TABLE v (id NUMBER(9,0), name VARCHAR(20) NOT NULL)",
}
GOAL = 1.2
ELEMENTS = 100_000


def figures() -> Iterator[Figure]:
    fake = FakeSnow().connect().cursor()
    with Engine() as engine, engine.connect() as session:
        for statement in SETUP:
            fake.execute(statement)
            session.execute(statement)
        for name, statement in STATEMENTS.items():
            ours, theirs = best(_run(session.execute, statement), 20), best(_run(fake.execute, statement), 20)
            yield Figure(f"{name} on the embedded engine", ours, "ms", "plain fakesnow", theirs, GOAL)
    yield _flatten()


def _flatten() -> Figure:
    """What an element costs must not grow with the array that it is in."""
    numbers = f"(SELECT SEQ4() AS x FROM TABLE(GENERATOR(ROWCOUNT => {ELEMENTS})))"
    with Engine() as engine, engine.connect("BENCH", "PUBLIC", create=True) as session:
        session.execute(f"CREATE TABLE a AS SELECT ARRAY_AGG(OBJECT_CONSTRUCT('i', x, 's', 'name ' || x)) AS l FROM {numbers}")
        ours = best(_run(session.execute, "SELECT SUM(f.value:i::INT) AS total FROM a, LATERAL FLATTEN(INPUT => l) f"), 5)
        elements = f"SELECT unnest(json_extract(L, '$[*]')) AS e FROM ({query_of(session, 'SELECT l FROM a').sql})"
        floor = best(_run(session.duck.execute, f"SELECT sum(CAST(json_extract_string(e, '$.i') AS DECIMAL(38, 0))) FROM ({elements})"), 5)
        return Figure(f"FLATTEN of one array of {ELEMENTS} elements", ours, "ms", "DuckDB's UNNEST", floor, 5.0)


def _run(execute: Callable[[str], object], statement: str) -> Callable[[], object]:
    return lambda: execute(statement)
