"""CHANGE_HISTORY on a target: created, read, written and mended, by statements that quote names and bind values.

The target here is DuckDB behind the protocol, with Snowflake's numbers for what is absent.
"""

from __future__ import annotations

import re

import duckdb
import pytest

from snowpact.migrations.discover import parse_name
from snowpact.migrations.ledger import Failure, Ledger, default_history
from snowpact.model.errors import InputError, StatementError, TargetUnreachable
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.targets.protocol import Context, Result

HOME = Context("LOADER", "WH", "RAW", "PUBLIC")
SCRIPT = parse_name("V1.0__create_tables.sql", "migrations/p/V1.0__create_tables.sql", "p")
TABLE = Name.of("META", "My Schema", "CHANGE_HISTORY")


class FakeTarget:
    """Runs the ledger's SQL on DuckDB; creating a database or schema changes the session's context, as on Snowflake."""

    name, kind = "fake", "fake"

    def __init__(self, databases=("META",)):
        self.connection = duckdb.connect()
        self.requests: list[str] = []
        self.session = HOME
        self.refuse: str | None = None
        for database in databases:
            self.connection.execute(f"ATTACH ':memory:' AS \"{database}\"")

    def execute(self, sql, params=()):
        self.requests.append(sql)
        if self.refuse and self.refuse in sql:
            raise StatementError("Insufficient privileges", 3001, "42501")
        if found := re.fullmatch(r'CREATE DATABASE IF NOT EXISTS ("\w+")', sql):
            sql = f"ATTACH ':memory:' AS {found[1]}"
        if sql.startswith("CREATE"):
            self.session = Context("LOADER", "WH", "ELSEWHERE")
        sql = sql.replace("TIMESTAMP_LTZ", "TIMESTAMPTZ").replace("NUMBER", "BIGINT")
        try:
            cursor = self.connection.execute(sql, list(params))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            if "does not exist" in str(error) or "is not a catalog" in str(error):
                raise StatementError("Object does not exist or not authorized.", 2003, "02000") from error
            raise
        if sql.startswith("SELECT"):
            return Result(tuple(column[0] for column in cursor.description), tuple(cursor.fetchall()))
        answer = cursor.fetchone()
        return Result(rowcount=answer[0] if answer and isinstance(answer[0], int) else None)

    def context(self):
        return self.session

    def restore(self, context):
        self.session = context


@pytest.fixture
def target():
    return FakeTarget()


@pytest.fixture
def ledger(target):
    ledger = Ledger(target, TABLE)
    ledger.ensure()
    return ledger


def test_a_ledger_that_does_not_exist_is_none_and_costs_one_request(target):
    assert Ledger(target, TABLE).read() is None
    assert Ledger(target, default_history("sales")).read() is None
    assert len(target.requests) == 2


def test_what_is_absent_is_created_once_and_the_session_stays_where_it_was(target):
    assert Ledger(target, TABLE).ensure() == []
    assert target.session == HOME
    target.requests.clear()
    assert Ledger(target, TABLE).ensure() == []
    assert [request.split(" (")[0] for request in target.requests[:1]] == ['CREATE TABLE IF NOT EXISTS "META"."My Schema"."CHANGE_HISTORY"']
    assert len(target.requests) == 2


def test_snowpacts_own_database_is_created_too(target):
    ledger = Ledger(target, default_history("sales"), create_database=True)
    assert str(ledger.table) == "SNOWPACT.SALES.CHANGE_HISTORY"
    assert ledger.ensure() == []


def test_any_other_database_must_be_there(target):
    with pytest.raises(TargetUnreachable, match=r"the database of the ledger NOPE.S.T does not exist, or the role LOADER may not use it"):
        Ledger(target, Name.of("NOPE", "S", "T")).ensure()
    assert not any("CREATE DATABASE" in request for request in target.requests)


def test_other_errors_are_not_taken_for_absence(target, ledger):
    target.refuse = "SELECT"
    with pytest.raises(StatementError, match="Insufficient privileges"):
        ledger.read()


def test_a_row_is_what_schemachange_would_have_written(target, ledger):
    ledger.record(SCRIPT, "abc", 2.6, "Success", "ME")
    ledger.record(parse_name("R__it's.sql.jinja", "x", "p"), "def", 0.2, "Success", "ME")
    columns = "VERSION, DESCRIPTION, SCRIPT, SCRIPT_TYPE, CHECKSUM, EXECUTION_TIME, STATUS, INSTALLED_BY"
    rows = target.connection.execute(f"SELECT {columns} FROM {TABLE.sql} ORDER BY INSTALLED_ON").fetchall()
    assert rows == [
        ("1.0", "Create tables", "V1.0__create_tables.sql", "V", "abc", 3, "Success", "ME"),
        ("", "It's", "R__it's.sql", "R", "def", 0, "Success", "ME"),
    ]
    first, second = ledger.read()
    assert (first.script, first.kind, first.version, first.seconds) == ("V1.0__create_tables.sql", "V", "1.0", 3)
    assert first.installed_on <= second.installed_on


def test_rows_are_written_in_the_ledgers_own_context(target, ledger):
    target.session = Context("SECURITYADMIN", None, "OTHER")
    ledger.record(SCRIPT, "abc", 0, "Success", "ME")
    assert target.session == HOME


def test_success_costs_one_request(target, ledger):
    target.requests.clear()
    ledger.record(SCRIPT, "abc", 0, "Success", "ME")
    assert len(target.requests) == 1


FAILURE = Failure(SCRIPT.name, "abc", 3, Source("migrations/p/x.sql", 7), "create user u password='hunter2'", "bad: hunter2", "01a-b")


def test_a_failure_names_its_statement_without_its_secrets(target):
    ledger = Ledger(target, TABLE, redact=lambda text: text.replace("hunter2", "***"))
    ledger.ensure()
    assert ledger.failures() == []
    assert ledger.record_failure(SCRIPT, 1, FAILURE, "ME") is None
    (row,) = ledger.read()
    assert row.status == "Failed"
    (failure,) = ledger.failures()
    assert (failure.ordinal, failure.source, failure.query_id) == (3, Source("migrations/p/x.sql", 7), "01a-b")
    assert (failure.statement, failure.error) == ("create user u password='***'", "bad: ***")


def test_a_journal_that_cannot_be_written_does_not_hide_the_failure(target, ledger):
    target.refuse = "STATEMENT_HISTORY"
    problem = ledger.record_failure(SCRIPT, 1, FAILURE, "ME")
    assert "could not be written" in problem
    assert [row.status for row in ledger.read()] == ["Failed"]


def test_repairs(ledger):
    ledger.record(SCRIPT, "old", 0, "Failed", "ME")
    ledger.record(SCRIPT, "old", 0, "Success", "ME")
    ledger.accept(SCRIPT, "new")
    assert [(row.status, row.checksum) for row in ledger.read()] == [("Failed", "old"), ("Success", "new")]
    ledger.forget_failures(SCRIPT.name)
    assert [row.status for row in ledger.read()] == ["Success"]
    ledger.forget(SCRIPT.name)
    assert ledger.read() == []
    ledger.mark_applied(SCRIPT, "new", "ME")
    assert [(row.status, row.checksum) for row in ledger.read()] == [("Success", "new")]


@pytest.mark.parametrize("repair", [lambda it: it.accept(SCRIPT, "x"), lambda it: it.forget("x"), lambda it: it.forget_failures("x")])
def test_a_repair_that_mends_nothing_says_so(ledger, repair):
    with pytest.raises(InputError, match="nothing was repaired"):
        repair(ledger)


def test_a_ledger_needs_a_full_name(target):
    with pytest.raises(InputError, match="needs a database and a schema"):
        Ledger(target, Name.of("CHANGE_HISTORY"))
