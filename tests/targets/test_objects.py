"""Every kind of object: what replay predicts of a script is what both targets tell after it ran, in few requests."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from snowpact.diff.compare import compare
from snowpact.local.engine import Engine
from snowpact.local.target import LocalTarget
from snowpact.model.catalog import Catalog, Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.replay.replay import Input, replay
from snowpact.standing import attached, compared
from snowpact.targets.inspect import attachments, inspect
from snowpact.targets.inspect.listed import ASKED_FOR
from snowpact.targets.inspect.visible import comparable
from snowpact.targets.protocol import Result

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "objects.yml").read_text(encoding="utf-8"))
SETUP = ["CREATE DATABASE D", "CREATE SCHEMA D.S", "USE SCHEMA D.S"]
MASK = "CREATE MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> '*'"


class Counting:
    """A target whose statements are kept."""

    def __init__(self, target):
        self.target, self.name, self.statements = target, target.name, []

    def execute(self, sql, params=()):
        self.statements.append(sql)
        return self.target.execute(sql, params)

    def asked(self, question):
        """The statements that the question took, and its answer."""
        self.statements = []
        answer = question(self)
        return self.statements, answer


def predicted(statements) -> Catalog:
    found = replay(Input(text, Source("case", at)) for at, text in enumerate(statements, 1))
    assert not found.refusals
    return compared(found.after)


def told(target, wanted: Catalog):
    asked = attached((), wanted)
    return attachments(target, inspect(target, ["D"], kinds=asked.kinds), asked.guarded, asked.metered)


def differences(wanted: Catalog, found) -> tuple:
    return compare(*comparable(wanted, compared(found.catalog), found.protected, found.measured))


@pytest.fixture(params=["local", "served"])
def target(request, served):
    with Engine() as engine:
        if request.param == "local":
            yield LocalTarget(engine, owned=False)
        else:
            with served(engine) as opened:
                yield opened


@pytest.fixture
def play():
    """A counting target of the class on which the statements ran."""

    def played(statements, kind=Counting):
        engine = Engine()
        engines.append(engine)
        target = LocalTarget(engine, owned=False)
        for statement in statements:
            target.execute(statement)
        return kind(target)

    engines: list[Engine] = []
    yield played
    for engine in engines:
        engine.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_predicted_is_what_is_there(case, target):
    statements = [*SETUP, *case["sql"]]
    for statement in statements:
        target.execute(statement)
    wanted = predicted(statements)
    found = told(target, wanted)
    assert differences(wanted, found) == ()
    assert {str(item.kind) for item in found.catalog} >= set(case["kinds"])
    asked = attached((), wanted)
    assert (found.notes, found.protected, found.measured) == ((), asked.guarded, asked.metered)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_a_rehearsal_finds_is_what_is_predicted(case):
    """The engine's own catalog, from which a plan starts."""
    statements = [*SETUP, *case["sql"]]
    with Engine() as engine:
        target = LocalTarget(engine, owned=False)
        for statement in statements:
            target.execute(statement)
        wanted, made = predicted(statements), compared(engine.catalog())
    names = {item.name for item in wanted}
    assert compare(*comparable(wanted, made, names, names)) == ()


def test_what_is_attached_costs_three_statements_however_many_relations_there_are(play):
    metric = "ALTER TABLE T{0} ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.NULL_COUNT ON (A)"
    for count in (1, 12):
        tables = [text.format(at) for at in range(count) for text in ("CREATE TABLE T{0} (A VARCHAR WITH MASKING POLICY M)", metric)]
        statements = [*SETUP, MASK, *tables]
        target, wanted = play(statements), predicted(statements)
        sent, found = target.asked(lambda asked, wanted=wanted: told(asked, wanted))
        without, _ = target.asked(lambda asked: inspect(asked, ["D"]))
        assert len(found.protected) == len(found.measured) == count
        assert len(sent) - len(without) == 3 + 2  # for what is attached; the list of policies, and their bodies


def test_a_kind_that_nobody_asks_for_costs_nothing(play):
    target = play([*SETUP, "CREATE STAGE A", "CREATE TAG B"])
    without, _ = target.asked(lambda asked: inspect(asked, ["D"]))
    sent, _ = target.asked(lambda asked: inspect(asked, ["D"], kinds={Kind.STAGE, Kind.TAG, Kind.SHARE}))
    assert [sql for sql in sent if sql not in without] == ['SHOW STAGES IN DATABASE "D"', 'SHOW TAGS IN DATABASE "D"', "SHOW SHARES"]


class Secretive(Counting):
    """A role that may not ask about one table, nor see what policies say."""

    def execute(self, sql, params=()):
        if "POLICY_REFERENCES" in sql and '"T3"' in sql:
            self.statements.append(sql)
            raise StatementError("SQL access control error:\nInsufficient privileges", 3001, "42501")
        if "GET_DDL" in sql:
            raise StatementError("SQL compilation error:\nnot authorized", 2003, "02000")
        return super().execute(sql, params)


def test_one_object_that_may_not_be_asked_about_hides_no_other(play):
    statements = [*SETUP, MASK, *(f"CREATE TABLE T{at} (A VARCHAR WITH MASKING POLICY M)" for at in range(8))]
    target, wanted = play(statements, Secretive), predicted(statements)
    sent, found = target.asked(lambda asked: told(asked, wanted))
    assert found.protected == {Name.of("D", "S", f"T{at}") for at in range(8) if at != 3}
    assert sum("POLICY_REFERENCES" in sql for sql in sent) == 7  # each half of what was refused
    assert "may not ask for the policies of D.S.T3" in "\n".join(found.notes) and "may not see the bodies" in "\n".join(found.notes)
    assert differences(wanted, found) == ()


def test_a_policy_that_a_tag_carries_is_none_of_the_columns_own(play):
    """Columns TAG_NAME of https://docs.snowflake.com/en/sql-reference/functions/policy_references, LEVEL of …/functions/tag_references."""
    policy = {"policy_db": "D", "policy_schema": "S", "policy_name": "M", "policy_kind": "MASKING_POLICY", "ref_column_name": "A"}
    tag = {"tag_database": "D", "tag_schema": "S", "tag_name": "PII", "tag_value": "x", "level": "SCHEMA", "column_name": None}

    class Account(Counting):
        def execute(self, sql, params=()):
            rows = [policy | {"tag_name": "PII"}] if "POLICY_REFERENCES" in sql else [tag] if "TAG_REFERENCES" in sql else None
            if rows is None:
                return super().execute(sql, params)
            return Result(("at", "ref_arg_column_names", *rows[0]), tuple((0, None, *row.values()) for row in rows))

    target = play([*SETUP, "CREATE TABLE T (A VARCHAR)"], Account)
    found = attachments(target, inspect(target, ["D"]), [Name.of("D", "S", "T")]).catalog.relation(Name.of("D", "S", "T"))
    assert found.columns[0].masking_policy is None and found.property("tags") is None
    assert found.property("tag_masked") == ("A",)
    assert found.property("inherited_tags") == ((Name.of("D", "S", "PII"), "x"),)


ACCOUNT = {
    "SHOW PIPES": [{"name": "P", "schema_name": "S", "definition": "COPY INTO T FROM @ST", "comment": ""}],
    "SHOW STAGES": [
        {"name": "ST", "schema_name": "S", "url": "s3://b/", "type": "EXTERNAL", "storage_integration": "I", "directory_enabled": "Y"},
        {"name": "MINE", "schema_name": "S", "url": "", "type": "INTERNAL TEMPORARY"},
    ],
    "SHOW FILE": [
        {"name": "X", "schema_name": "S", "type": "XML", "format_options": '{"TYPE":"XML","IGNORE_UTF8_ERRORS":true}'},
        {"name": "BAD", "schema_name": "S", "type": "CSV", "format_options": "{"},
    ],
    "SHOW SHARES": [
        {"name": "ORG.ACCOUNT.OUT", "kind": "OUTBOUND", "comment": ""},
        {"name": "ORG.OTHER.IN", "kind": "INBOUND", "comment": ""},
    ],
}


class Answers:
    """An account in its own columns (https://docs.snowflake.com/en/sql-reference/sql/show-pipes, show-stages, show-shares)."""

    name = "prod"

    def execute(self, sql, params=()):
        if sql.startswith("SELECT CURRENT_VERSION()"):
            return Result(("VERSION", "ROLE"), (("9.31.2", "ANALYST"),))
        rows = next((rows for words, rows in ACCOUNT.items() if sql.startswith(words)), [])
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        return Result(columns or ("name",), tuple(tuple(row.get(column) for column in columns) for row in rows))


def test_an_account_tells_pipes_and_shares_too():
    found = inspect(Answers(), ["D"], kinds=ASKED_FOR)
    items = {str(item.name): item for item in found.catalog if item.kind in ASKED_FOR}
    assert sorted(items) == ["D.S.P", "D.S.ST", "D.S.X", "OUT"]
    assert items["D.S.P"].definition == "COPY INTO T FROM @ST"
    assert dict(items["D.S.ST"].properties) == {"url": "s3://b/", "storage_integration": "I", "directory": True}
    assert dict(items["D.S.X"].properties) == {"type": "XML"}
    assert "the settings of file format D.S.BAD can't be read" in found.notes
