"""Governance where a statement alone does not show it: reopening, copies, sessions of other users, and what costs nothing."""

from __future__ import annotations

import pytest

from snowpact.local.engine import Engine
from snowpact.local.governance.access import active, enter
from snowpact.model.errors import StatementError
from snowpact.model.names import Name

SETUP = (
    "CREATE ROLE r",
    "GRANT ROLE r TO ROLE sysadmin",
    "CREATE USER u DEFAULT_ROLE = r DEFAULT_SECONDARY_ROLES = ()",
    "GRANT ROLE r TO USER u",
    "CREATE USER both",
    "GRANT ROLE r TO USER both",
    "CREATE TABLE t AS SELECT 'secret' AS a, 1 AS n",
    "CREATE MASKING POLICY mask AS (v VARCHAR) RETURNS VARCHAR -> IFF(CURRENT_ROLE() = 'ACCOUNTADMIN', v, '*')",
    "ALTER TABLE t MODIFY COLUMN a SET MASKING POLICY mask",
    "CREATE TAG level",
    "ALTER TABLE t MODIFY COLUMN a SET TAG level = 'high'",
    "GRANT USAGE ON DATABASE db TO ROLE r",
    "GRANT USAGE ON SCHEMA public TO ROLE r",
    "GRANT SELECT ON TABLE t TO ROLE r",
    "GRANT CREATE ROLE ON ACCOUNT TO ROLE sysadmin",
)


def _set_up(engine: Engine):
    session = engine.connect("DB", "PUBLIC", create=True)
    for statement in SETUP:
        session.execute(statement)
    return session


def _holds(engine: Engine) -> None:
    session = engine.connect("DB", "PUBLIC", role="R")
    assert session.execute("SELECT a, n FROM t").rows == [("*", 1)]
    assert session.execute("SELECT SYSTEM$GET_TAG('level', 't.a', 'column')").rows == [("high",)]
    with pytest.raises(StatementError, match="Insufficient privileges"):
        session.execute("DELETE FROM t")
    assert engine.connect("DB", "PUBLIC").execute("SELECT a FROM t").rows == [("secret",)]
    engine.connect(role="SYSADMIN").execute("CREATE ROLE IF NOT EXISTS made_by_sysadmin")


def test_grants_policies_and_tags_outlast_a_restart(tmp_path):
    with Engine(tmp_path / "engine") as engine:
        _set_up(engine)
        _holds(engine)
    with Engine(tmp_path / "engine") as engine:
        _holds(engine)


def test_a_copy_has_the_same_rights():
    with Engine() as engine:
        _set_up(engine)
        with engine.fork() as copy:
            _holds(copy)


def _session_of(engine: Engine, user: str, role: str | None = None):
    session = engine.connect("DB", "PUBLIC", role)
    session.user = user
    enter(session, role)
    return session


def test_a_user_begins_in_its_default_role_and_can_use_its_own_roles_alone():
    with Engine() as engine:
        _set_up(engine)
        session = _session_of(engine, "U")
        assert session.execute("SELECT CURRENT_USER(), CURRENT_ROLE()").rows == [("U", "R")]
        with pytest.raises(StatementError) as caught:
            session.execute("USE ROLE accountadmin")
        assert caught.value.errno == 3013
        with pytest.raises(StatementError) as caught:
            _session_of(engine, "U", "ACCOUNTADMIN")
        assert caught.value.errno == 390189


def test_secondary_roles_are_on_by_default():
    """https://docs.snowflake.com/en/sql-reference/sql/create-user: DEFAULT_SECONDARY_ROLES is ('ALL') where it is not set."""
    with Engine() as engine:
        _set_up(engine)
        session = _session_of(engine, "BOTH", "PUBLIC")
        assert {"PUBLIC", "R"} <= active(session)
        assert session.execute("SELECT n FROM t").rows == [(1,)]


def test_a_login_that_nobody_made_is_the_systems_user():
    with Engine() as engine:
        _set_up(engine)
        session = _session_of(engine, "SOMEBODY")
        assert session.execute("SELECT CURRENT_USER(), CURRENT_ROLE()").rows == [("SOMEBODY", "ACCOUNTADMIN")]


def test_a_statement_that_changes_no_role_keeps_the_hierarchy():
    with Engine() as engine:
        session = _set_up(engine)
        before = engine.state.hierarchy
        session.execute("CREATE TABLE other (a INT)")
        assert engine.state.hierarchy is before
        session.execute("GRANT ROLE r TO ROLE securityadmin")
        assert engine.state.hierarchy is not before


def test_the_catalog_shows_what_is_attached():
    with Engine() as engine:
        _set_up(engine)
        item = engine.catalog().relation(Name.of("DB", "PUBLIC", "T"))
        assert item.property("grants") == {("SELECT", "ROLE", "R")}
        assert item.columns[0].masking_policy == Name.of("DB", "PUBLIC", "MASK")
        assert item.columns[0].tags == ((Name.of("DB", "PUBLIC", "LEVEL"), "high"),)


def test_a_refused_statement_leaves_no_trace():
    with Engine() as engine:
        _set_up(engine)
        session = engine.connect("DB", "PUBLIC", role="R")
        before = engine.state
        for statement in ("CREATE TABLE x (a INT)", "GRANT SELECT ON TABLE t TO ROLE public", "DROP TABLE t", "DELETE FROM t"):
            with pytest.raises(StatementError):
                session.execute(statement)
        assert engine.state is before
