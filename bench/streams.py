"""Reading a stream over a large table of which little changed, against one scan of the table by DuckDB itself."""

from __future__ import annotations

from collections.abc import Iterator

from measure import Figure, best

from snowpact.local.engine import Engine
from snowpact.model.names import Name

ROWS, CHANGED = 10_000_000, 1_000
SOURCES = {"table": "TABLE t", "view": "VIEW w"}


def figures() -> Iterator[Figure]:
    with Engine() as engine, engine.connect("BENCH", "PUBLIC", create=True) as session:
        rows = f"(SELECT SEQ4() AS x FROM TABLE(GENERATOR(ROWCOUNT => {ROWS})))"
        session.execute(f"CREATE TABLE t AS SELECT x, MOD(x, 1000) AS g, 'name ' || x AS s FROM {rows}")
        session.execute("CREATE VIEW w AS SELECT x, s FROM t WHERE g > 0")
        for name, source in SOURCES.items():
            session.execute(f"CREATE STREAM {name}_changes ON {source}")
        every = ROWS // CHANGED
        session.execute(f"UPDATE t SET s = s || '.' WHERE MOD(x, {every}) = 1")
        table = engine.state.get("TABLE", Name.of("BENCH", "PUBLIC", "T"))
        assert table is not None
        # length and + keep DuckDB from answering out of its statistics
        scan = best(lambda: session.duck.execute(f"SELECT max(c1 + c2), max(length(c3)) FROM {table.table}").fetchall(), 5)
        for name in SOURCES:
            query = f"SELECT COUNT(*), MAX(x), MAX(s), MAX(METADATA$ROW_ID) FROM {name}_changes"
            assert session.execute(query).rows[0][0] == 2 * CHANGED
            read = best(lambda query=query: session.execute(query), 5)
            yield Figure(f"a stream on a {name} of {ROWS} rows, {CHANGED} changed", read, "ms", "one scan of the table", scan, 3.0)
