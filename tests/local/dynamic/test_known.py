"""A refresh that has nothing to do runs nothing, and never where anything that bears on the answer is another.

"If no changes are identified, virtual warehouse compute isn't consumed": https://docs.snowflake.com/en/user-guide/dynamic-tables-cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from snowpact.local.dynamic import known
from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.names import Name

SETUP = (
    "CREATE WAREHOUSE wh",
    "CREATE ROLE reader",
    "CREATE TABLE t (id INT, g VARCHAR) AS SELECT 1, 'a' UNION ALL SELECT 2, 'b' UNION ALL SELECT 3, 'b'",
    "CREATE TABLE other (id INT, g VARCHAR) AS SELECT 7, 'z'",
    "CREATE TABLE limits (most INT) AS SELECT 2",
    "CREATE VIEW v AS SELECT id, g FROM t",
    "CREATE FUNCTION most() RETURNS INT AS 'SELECT MAX(most) FROM limits'",
    "CREATE FUNCTION marked(g VARCHAR) RETURNS VARCHAR AS 'UPPER(g)'",
    "CREATE MASKING POLICY hidden AS (g VARCHAR) RETURNS VARCHAR -> g",
    "ALTER TABLE t MODIFY COLUMN g SET MASKING POLICY hidden",
)
QUERIES = {
    "FULL_ONE": "SELECT marked(g) AS g, COUNT(*) AS n, most() AS most FROM v WHERE id <= most() GROUP BY g",
    "FULL_TWO": "SELECT * FROM v ORDER BY id LIMIT 2",
    "BY_CHANGES": "SELECT g, COUNT(*) AS n FROM v GROUP BY g",
    "ABOVE": "SELECT SUM(n) AS n FROM by_changes",
}
HAPPENS = {
    "rows come": "INSERT INTO t VALUES (1, 'c')",
    "rows change": "UPDATE t SET g = 'x' WHERE id = 1",
    "rows go": "DELETE FROM t WHERE id = 1",
    "all rows go": "TRUNCATE TABLE t",
    "rows are replaced": "INSERT OVERWRITE INTO t SELECT * FROM other",
    "a MERGE": "MERGE INTO t USING other o ON t.id = o.id WHEN NOT MATCHED THEN INSERT VALUES (0, o.g)",
    "a transaction": "BEGIN; INSERT INTO t VALUES (1, 'd'); COMMIT",
    "a function's own table": "UPDATE limits SET most = 1",
    "the view": "CREATE OR REPLACE VIEW v AS SELECT id, g FROM other",
    "the table": "CREATE OR REPLACE TABLE t (id INT, g VARCHAR) AS SELECT 9, 'r'",
    "a function": "CREATE OR REPLACE FUNCTION marked(g VARCHAR) RETURNS VARCHAR AS 'LOWER(g)'",
    "a policy's body": "ALTER MASKING POLICY hidden SET BODY -> 'hidden'",
    "the policy goes": "ALTER TABLE t MODIFY COLUMN g UNSET MASKING POLICY",
    "two tables change places": "ALTER TABLE t SWAP WITH other",
    "another table of that name": "ALTER TABLE t RENAME TO u; ALTER TABLE other RENAME TO t",
    "a column of that name": "ALTER TABLE t RENAME COLUMN g TO h; ALTER TABLE t ADD COLUMN g VARCHAR",
}


@pytest.fixture
def session() -> Iterator[Session]:
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        for statement in SETUP:
            session.execute(statement)
        for name, query in QUERIES.items():
            session.execute(f"CREATE DYNAMIC TABLE {name} TARGET_LAG = '1 minute' WAREHOUSE = wh AS {query}")
        yield session


def _refresh(session: Session, name: str) -> str:
    return session.execute(f"ALTER DYNAMIC TABLE {name} REFRESH").rows[-1][1].partition(":")[0]


def _is_unchanged(session: Session, name: str) -> bool:
    record = session.find("TABLE", Name.of("DB", "PUBLIC", name))
    assert record is not None
    return known.is_unchanged(session, record)


def test_what_was_refreshed_and_not_touched_is_unchanged(session: Session) -> None:
    for _ in range(2):  # the first time the other tables' creation lies between
        assert {name: _refresh(session, name) for name in QUERIES} == dict.fromkeys(QUERIES, "NO_DATA")
    assert all(_is_unchanged(session, name) for name in QUERIES)


@pytest.mark.parametrize("statements", HAPPENS.values(), ids=HAPPENS.keys())
def test_what_bears_on_the_answer_is_seen(session: Session, statements: str) -> None:
    for _ in range(2):
        for name in QUERIES:
            _refresh(session, name)
    session.execute_script(statements)
    for name, query in QUERIES.items():
        _refresh(session, name)
        rows = [Counter(map(repr, session.execute(text).rows)) for text in (f"SELECT * FROM {name}", query)]
        assert rows[0] == rows[1], name


def test_what_reads_the_account_itself_is_read_anew(session: Session) -> None:
    query = "SELECT row_count FROM information_schema.tables WHERE table_name = 'T'"
    session.execute(f"CREATE DYNAMIC TABLE counted TARGET_LAG = '1 minute' WAREHOUSE = wh AS {query}")
    for _ in range(3):
        _refresh(session, "counted")
    session.execute("INSERT INTO t VALUES (5, 'e')")
    _refresh(session, "counted")
    assert session.execute("SELECT * FROM counted").rows == [(4,)]


def test_the_account_s_time_zone_is_one_of_the_things_that_count(session: Session) -> None:
    session.execute("CREATE TABLE moments (at TIMESTAMP_LTZ) AS SELECT '2026-03-07 23:30:00 +0000'::TIMESTAMP_LTZ")
    session.execute("CREATE DYNAMIC TABLE days TARGET_LAG = '1 minute' WAREHOUSE = wh AS SELECT at::DATE::VARCHAR AS d FROM moments")
    session.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    for _ in range(3):
        _refresh(session, "days")
    session.execute("ALTER ACCOUNT SET TIMEZONE = 'Asia/Tokyo'")
    _refresh(session, "days")
    assert session.execute("SELECT d FROM days").rows == [("2026-03-08",)]


def test_a_write_that_is_rolled_back_is_none(session: Session) -> None:
    for _ in range(2):
        _refresh(session, "BY_CHANGES")
    session.execute_script("BEGIN; INSERT INTO t VALUES (5, 'e'); ROLLBACK")
    assert _is_unchanged(session, "BY_CHANGES") and _refresh(session, "BY_CHANGES") == "NO_DATA"


def test_another_session_s_write_is_seen_once_it_has_committed(session: Session) -> None:
    for _ in range(2):
        _refresh(session, "BY_CHANGES")
    other = session.engine.connect("DB", "PUBLIC")
    other.execute_script("BEGIN; INSERT INTO t VALUES (5, 'e')")
    assert _is_unchanged(session, "BY_CHANGES")
    other.execute("COMMIT")
    assert _refresh(session, "BY_CHANGES") == "INCREMENTAL"


def test_a_right_that_was_lost_is_missed(session: Session) -> None:
    for statement in (
        "GRANT USAGE ON DATABASE db TO ROLE reader",
        "GRANT USAGE, CREATE DYNAMIC TABLE ON SCHEMA public TO ROLE reader",
        "GRANT USAGE ON WAREHOUSE wh TO ROLE reader",
        "GRANT SELECT ON TABLE other TO ROLE reader",
    ):
        session.execute(statement)
    with session.engine.connect("DB", "PUBLIC", "READER") as reader:
        reader.execute("CREATE DYNAMIC TABLE own TARGET_LAG = '1 minute' WAREHOUSE = wh AS SELECT id FROM other LIMIT 5")
        assert [_refresh(reader, "own") for _ in range(2)] == ["NO_DATA"] * 2
        session.execute("REVOKE SELECT ON TABLE other FROM ROLE reader")
        with pytest.raises(Exception, match="not authorized"):
            _refresh(reader, "own")
