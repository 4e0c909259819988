"""What REFRESH_MODE = AUTO resolves to, and why; what an explicit INCREMENTAL is refused for.

https://docs.snowflake.com/en/user-guide/dynamic-tables/supported-queries, input-data-optimization
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.errors import StatementError

SETUP = (
    "CREATE WAREHOUSE wh",
    "CREATE TABLE t (a INT, b INT, c INT, d DATE, l ARRAY)",
    "CREATE TABLE u (a INT, b INT)",
    "CREATE VIEW limited AS SELECT a FROM t LIMIT 1",
    "CREATE FUNCTION plus (x INT) RETURNS INT IMMUTABLE AS 'x + 1'",
    "CREATE FUNCTION vague (x INT) RETURNS INT AS 'x + 1'",
    "CREATE DYNAMIC TABLE whole TARGET_LAG = '1 minute' WAREHOUSE = wh REFRESH_MODE = FULL AS SELECT a, b FROM t",
    "CREATE DYNAMIC TABLE keyed TARGET_LAG = '1 minute' WAREHOUSE = wh REFRESH_MODE = FULL AS SELECT a, COUNT(*) AS n FROM t GROUP BY a",
    "CREATE DYNAMIC TABLE last TARGET_LAG = '1 minute' WAREHOUSE = wh REFRESH_MODE = FULL AS "
    "SELECT a, b FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1",
)
INCREMENTAL = (
    "SELECT a FROM t WHERE b > 1",
    "SELECT DISTINCT a FROM t",
    "SELECT a, SUM(b) AS s FROM t GROUP BY a HAVING COUNT(*) > 1",
    "SELECT COUNT(*) AS n FROM t",
    "SELECT t.a FROM t JOIN u ON t.a > u.a",
    "SELECT t.a FROM t CROSS JOIN u",
    "SELECT t.a FROM t LEFT JOIN u ON t.a = u.a",
    "SELECT t.a FROM t FULL OUTER JOIN u ON t.a = u.a AND t.b = u.b",
    "SELECT a FROM t UNION ALL SELECT a FROM u",
    "SELECT a FROM t UNION SELECT a FROM u",
    "WITH w AS (SELECT a FROM t) SELECT a FROM w",
    "SELECT a, RANK() OVER (PARTITION BY b ORDER BY a) AS r FROM t",
    "SELECT * FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1",
    "SELECT t.a, f.value AS v FROM t, LATERAL FLATTEN(INPUT => t.l) f",
    "SELECT a FROM t WHERE d > CURRENT_DATE - 7",
    "SELECT a FROM (SELECT a FROM t) x ORDER BY a",
    "SELECT plus(a) AS p FROM t WHERE plus(a) > 1",
    "SELECT vague(a) AS p FROM t",
)
FULL = (
    "SELECT a FROM t LIMIT 3",
    "SELECT TOP 3 a FROM t",
    "SELECT a FROM t EXCEPT SELECT a FROM u",
    "SELECT a FROM t INTERSECT SELECT a FROM u",
    "SELECT a, COUNT(*) AS n FROM t GROUP BY ROLLUP (a)",
    "SELECT t.a FROM t LEFT JOIN u ON t.a > u.a",
    "WITH RECURSIVE w AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM w WHERE n < 3) SELECT n FROM w",
    "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
    "SELECT a FROM t WHERE a IN (SELECT a FROM u)",
    "SELECT a, (SELECT MAX(a) FROM u) AS m FROM t",
    "SELECT a, CURRENT_TIMESTAMP() AS at FROM t",
    "SELECT a, UUID_STRING() AS id FROM t",
    "SELECT a, RANDOM() AS r FROM t",
    "SELECT a, CURRENT_ROLE() AS r FROM t",
    "SELECT ANY_VALUE(a) AS x FROM t",
    "SELECT a FROM limited",
    "SELECT a FROM t WHERE vague(a) > 1",
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Engine() as engine:
        opened = engine.connect("DB", "PUBLIC", create=True)
        for statement in SETUP:
            opened.execute(statement)
        yield opened


def create(session: Session, query: str, mode: str = "AUTO") -> None:
    session.execute(f"CREATE OR REPLACE DYNAMIC TABLE d TARGET_LAG = '1 minute' WAREHOUSE = wh REFRESH_MODE = {mode} AS {query}")


def shown(session: Session) -> tuple[str, str | None]:
    result = session.execute("SHOW DYNAMIC TABLES LIKE 'd'")
    row = dict(zip([column.name for column in result.columns], result.rows[0], strict=True))
    return row["refresh_mode"], row["refresh_mode_reason"]


@pytest.mark.parametrize("query", INCREMENTAL)
def test_what_is_refreshed_incrementally(session: Session, query: str) -> None:
    create(session, query)
    assert shown(session) == ("INCREMENTAL", None)
    create(session, query, "INCREMENTAL")


@pytest.mark.parametrize("query", FULL)
def test_what_is_refreshed_in_full(session: Session, query: str) -> None:
    create(session, query)
    assert shown(session) == ("FULL", "QUERY_NOT_SUPPORTED_FOR_INCREMENTAL")
    with pytest.raises(StatementError) as caught:
        create(session, query, "INCREMENTAL")
    assert (caught.value.errno, caught.value.sqlstate) == (2711, "0A000")
    assert "is defined with REFRESH_MODE = INCREMENTAL, but the query is not supported for incremental refresh" in str(caught.value)


def test_what_the_user_asks_to_be_refreshed_in_full(session: Session) -> None:
    create(session, "SELECT a FROM t", "FULL")
    assert shown(session) == ("FULL", "USER_SPECIFIED_FULL_REFRESH")


@pytest.mark.parametrize("source", ["whole", "keyed", "last"])
def test_what_reads_a_table_that_is_refreshed_in_full(session: Session, source: str) -> None:
    create(session, f"SELECT a FROM {source}")
    assert shown(session) == ("FULL", "UPSTREAM_USES_FULL_REFRESH")


@pytest.mark.parametrize("source", ["keyed", "last"])
def test_unless_that_has_a_key_and_INCREMENTAL_is_said(session: Session, source: str) -> None:
    create(session, f"SELECT a FROM {source}", "INCREMENTAL")
    assert shown(session) == ("INCREMENTAL", None)
    with pytest.raises(StatementError, match="does not have a unique key for change tracking"):
        create(session, "SELECT a FROM whole", "INCREMENTAL")
