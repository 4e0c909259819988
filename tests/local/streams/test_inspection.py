"""What an inspection finds of streams is what the engine knows of them, so that drift has nothing to say about those of a migration."""

from __future__ import annotations

from snowpact.local.engine import Engine
from snowpact.local.target import LocalTarget
from snowpact.model.catalog import Kind
from snowpact.targets.inspect import inspect
from snowpact.targets.inspect.visible import visible

SETUP = (
    "CREATE TABLE t (id INT)",
    "CREATE VIEW v AS SELECT id FROM t",
    "CREATE WAREHOUSE wh",
    "CREATE DYNAMIC TABLE d TARGET_LAG = '1 minute' WAREHOUSE = wh AS SELECT id FROM t",
    "CREATE STREAM plain ON TABLE t COMMENT = 'changes'",
    "CREATE STREAM inserts ON TABLE t APPEND_ONLY = TRUE SHOW_INITIAL_ROWS = TRUE",
    "CREATE STREAM of_view ON VIEW v",
    "CREATE STREAM of_dynamic ON DYNAMIC TABLE d",
    "CREATE STREAM cloned CLONE inserts",
    "ALTER TABLE t RENAME TO u",
)


def test_inspection_finds_what_the_engine_knows():
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        for statement in SETUP:
            session.execute(statement)
        found = inspect(LocalTarget(engine, owned=False), ["DB"]).catalog
        known = {item.name: item for item in visible(engine.catalog()) if item.kind is Kind.STREAM}
        assert len(known) == 5
        assert {item.name: item for item in visible(found) if item.kind is Kind.STREAM} == known
