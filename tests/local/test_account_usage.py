"""SNOWFLAKE.ACCOUNT_USAGE. In an account its views come hours late, so that these are no cases of the golden corpus."""

from __future__ import annotations

import pytest

from snowpact.local.account_usage import VIEWS
from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError, UnsupportedFeature

VIEW_OF = "SNOWFLAKE.ACCOUNT_USAGE"
SETUP = """
CREATE TAG team;
CREATE MASKING POLICY hide AS (v VARCHAR) RETURNS VARCHAR -> '*';
CREATE TABLE t (a INT WITH TAG (team = 'x'), b VARCHAR MASKING POLICY hide);
CREATE TABLE gone (a INT);
DROP TABLE gone;
CREATE VIEW v AS SELECT a FROM t;
CREATE ROLE analyst;
GRANT ROLE analyst TO ROLE ACCOUNTADMIN;
GRANT SELECT ON TABLE t TO ROLE analyst;
"""


@pytest.fixture
def session():
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script(SETUP)
        yield session


def _rows(session, sql):
    return list(session.execute(sql).rows)


def test_objects_are_listed_also_those_that_were_dropped(session):
    """https://docs.snowflake.com/en/sql-reference/account-usage/tables (DELETED)."""
    asked = f"SELECT table_name, table_type, deleted IS NOT NULL FROM {VIEW_OF}.TABLES ORDER BY table_name"
    assert _rows(session, asked) == [("GONE", "BASE TABLE", True), ("T", "BASE TABLE", False), ("V", "VIEW", False)]
    assert _rows(session, f"SELECT column_name FROM {VIEW_OF}.COLUMNS WHERE table_name = 'T' ORDER BY ordinal_position") == [("A",), ("B",)]


def test_what_is_attached_is_told(session):
    """https://docs.snowflake.com/en/sql-reference/account-usage/tag_references, …/policy_references."""
    tagged = f"SELECT tag_name, tag_value, object_name, domain, column_name FROM {VIEW_OF}.TAG_REFERENCES"
    assert _rows(session, tagged) == [("TEAM", "x", "T", "COLUMN", "A")]
    masked = f"SELECT policy_name, policy_kind, ref_entity_name, ref_column_name, policy_status FROM {VIEW_OF}.POLICY_REFERENCES"
    assert _rows(session, masked) == [("HIDE", "MASKING_POLICY", "T", "B", "ACTIVE")]


def test_grants_are_told(session):
    """https://docs.snowflake.com/en/sql-reference/account-usage/grants_to_roles."""
    asked = f"SELECT privilege, granted_on, name, table_catalog, table_schema FROM {VIEW_OF}.GRANTS_TO_ROLES WHERE grantee_name = 'ANALYST'"
    assert _rows(session, asked) == [("SELECT", "TABLE", "T", "DB", "PUBLIC")]


def test_statements_are_told_when_they_are_over(session):
    """https://docs.snowflake.com/en/sql-reference/account-usage/query_history."""
    with pytest.raises(StatementError):
        session.execute("SELECT nothing FROM t")
    asked = f"SELECT query_text, execution_status, error_code FROM {VIEW_OF}.QUERY_HISTORY ORDER BY start_time DESC LIMIT 1"
    assert _rows(session, asked) == [("SELECT nothing FROM t", "FAIL", "904")]


def test_a_view_opens_by_its_database_role_or_by_imported_privileges(session):
    """https://docs.snowflake.com/en/sql-reference/snowflake-db-roles."""
    tables, queries = (f"SELECT COUNT(*) > 0 FROM {VIEW_OF}.{name}" for name in ("TABLES", "QUERY_HISTORY"))
    session.execute("USE ROLE analyst")
    for asked in (tables, queries):
        with pytest.raises(StatementError, match="does not exist or not authorized"):
            session.execute(asked)
    session.execute("USE ROLE ACCOUNTADMIN")
    session.execute("GRANT DATABASE ROLE SNOWFLAKE.OBJECT_VIEWER TO ROLE analyst")
    session.execute("USE ROLE analyst")
    assert _rows(session, tables) == [(True,)]
    with pytest.raises(StatementError, match="does not exist or not authorized"):
        session.execute(queries)
    session.execute("USE ROLE ACCOUNTADMIN")
    session.execute("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE analyst")
    session.execute("USE ROLE analyst")
    assert _rows(session, queries) == [(True,)]


def test_a_view_may_stand_on_one_and_sees_each_moment(session):
    session.execute(f"CREATE VIEW counted AS SELECT COUNT(*) AS n FROM {VIEW_OF}.TABLES WHERE table_type = 'BASE TABLE'")
    assert _rows(session, "SELECT n FROM counted") == [(2,)]
    session.execute("CREATE TABLE more (a INT)")
    assert _rows(session, "SELECT n FROM counted") == [(3,)]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_answers(session, name):
    session.execute(f"SELECT * FROM {VIEW_OF}.{name}")


@pytest.mark.parametrize("name", ["ACCESS_HISTORY", "WAREHOUSE_METERING_HISTORY", "OBJECT_DEPENDENCIES"])
def test_what_the_engine_does_not_keep_is_refused_by_name(session, name):
    with pytest.raises(UnsupportedFeature, match=name):
        session.execute(f"SELECT * FROM {VIEW_OF}.{name}")


def test_grants_on_the_database_outlast_the_engine(tmp_path):
    with Engine(tmp_path / "account") as engine, engine.connect() as session:
        session.execute_script("CREATE ROLE r; GRANT DATABASE ROLE SNOWFLAKE.USAGE_VIEWER TO ROLE r")
    with Engine(tmp_path / "account") as engine, engine.connect() as session:
        assert [row[3] for row in session.execute("SHOW GRANTS TO ROLE r").rows] == ["SNOWFLAKE.USAGE_VIEWER"]


def test_the_history_of_long_statements_stays_bounded(session, monkeypatch):
    monkeypatch.setattr("snowpact.local.query_history.MOST_TEXT", 2_000)
    for number in range(10):
        session.execute(f"SELECT '{'x' * 400}', {number}")
    told = _rows(session, f"SELECT COUNT(*) FROM {VIEW_OF}.QUERY_HISTORY WHERE STARTSWITH(query_text, 'SELECT ''xxx')")
    assert 1 <= told[0][0] <= 4
