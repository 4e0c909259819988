"""The snowflake target: where its settings come from, how it fails when nobody answers, and the real connector against our server."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from snowpact.local.engine import Engine
from snowpact.local.target import LocalTarget
from snowpact.model.errors import InputError, StatementError, TargetUnreachable
from snowpact.targets.connection import arguments, redacted
from snowpact.targets.context import may_move, way_back
from snowpact.targets.open import open_target
from snowpact.targets.protocol import Context, Target
from snowpact.targets.snowflake import SnowflakeTarget

KNOWN = {"account", "user", "password", "role", "host", "port", "protocol", "private_key_file", "private_key_file_pwd", "authenticator"}
KNOWN |= {"session_parameters", "login_timeout"}
STORED = """
[prod]
account = "stored"
user = "stored"
role = "STORED"
[sso]
account = "stored"
authenticator = "externalbrowser"
"""


@pytest.fixture
def stored(tmp_path):
    """A connections.toml, as the setting that names it."""
    file = tmp_path / "connections.toml"
    file.write_text(STORED)
    return {"connections_file": str(file)}


@pytest.mark.parametrize(
    ("settings", "environment", "expected"),
    [
        ({"connection": "prod"}, {}, {"account": "stored", "user": "stored", "role": "STORED"}),
        ({"connection": "prod", "role": "OURS"}, {}, {"account": "stored", "role": "OURS"}),
        ({"connection": "prod", "role": "OURS"}, {"SNOWFLAKE_ROLE": "NOW"}, {"account": "stored", "role": "NOW"}),
        ({"account": "a"}, {"SNOWFLAKE_PRIVATE_KEY_PATH": "k", "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "p"},
         {"private_key_file": "k", "private_key_file_pwd": "p"}),
        ({}, {"SNOWFLAKE_ACCOUNT": "a", "SNOWFLAKE_PORT": "8080", "SNOWFLAKE_PROTOCOL": "http"}, {"account": "a", "port": 8080}),
        ({}, {"SNOWFLAKE_HOST": "acme.eu.example.com"}, {"account": "acme", "host": "acme.eu.example.com"}),
        ({"account": "a"}, {"SNOWFLAKE_SESSION_PARAMETERS": '{"TIMEZONE": "UTC"}'},
         {"session_parameters": {"QUERY_TAG": "snowpact", "TIMEZONE": "UTC"}}),
        ({"account": "a", "query_tag": "nightly"}, {}, {"session_parameters": {"QUERY_TAG": "nightly"}}),
        ({"account": "a"}, {"SNOWFLAKE_NOBODY_KNOWS": "x", "SNOWFLAKE_HOME": "/", "SNOWFLAKE_USER": ""}, {"account": "a"}),
        ({"account": "a"}, {}, {"login_timeout": 8, "paramstyle": "qmark"}),
        ({"connection": "sso"}, {}, {"login_timeout": 120}),
        ({}, {"SNOWFLAKE_DEFAULT_CONNECTION_NAME": "prod"}, {"account": "stored"}),
    ],
)  # fmt: skip
def test_settings_environment_over_project_over_file(stored, settings, environment, expected):
    made = arguments({**stored, **settings}, environment, KNOWN)
    assert {key: made.get(key) for key in expected} == expected
    assert not {"connection", "connections_file", "nobody_knows", "home", "query_tag"} & set(made)


@pytest.mark.parametrize(
    ("settings", "environment", "said"),
    [
        ({"connection": "staging"}, {}, "no connection 'staging'; it has: prod, sso"),
        ({}, {}, "no account"),
        ({"account": "a"}, {"SNOWFLAKE_PORT": "many"}, "SNOWFLAKE_PORT must be a whole number"),
        ({"account": "a"}, {"SNOWFLAKE_SESSION_PARAMETERS": "[1]"}, "SNOWFLAKE_SESSION_PARAMETERS must be a JSON object"),
        ({"connection": "prod", "connections_file": "/nowhere/connections.toml"}, {}, "can't be read as connections.toml"),
    ],
)
def test_settings_of_no_use_are_input_errors(stored, settings, environment, said):
    with pytest.raises(InputError, match=said):
        arguments({**stored, **settings}, environment, KNOWN)


def test_a_secret_never_stands_in_a_message():
    assert redacted("sesame was refused for ann", {"password": "sesame", "user": "ann"}) == "*** was refused for ann"


@pytest.mark.parametrize(
    ("sql", "moves"),
    [
        ("use role x", True), ("create database d", True), ("drop schema s", True), ("call p()", True), ("begin let x := 1; end", True),
        ("execute immediate 'use role x'", True), ("'never closed", True), ("select 1", False), ("create table t (a int)", False),
        ("begin", False), ("insert into t values ('use role x')", False),
    ],
)  # fmt: skip
def test_what_may_move_a_session(sql, moves):
    assert may_move(sql) is moves


@pytest.mark.parametrize(
    ("now", "wanted", "statements"),
    [
        (Context("R", "W", "D", "S"), Context("R", "W", "D", "S"), []),
        (Context("R", "W", "D", "S"), Context(), []),
        (Context("X", None, None, None), Context("R", "W", "D", "s"), ['USE ROLE "R"', 'USE WAREHOUSE "W"', 'USE SCHEMA "D"."s"']),
        (Context("R", "W", "X", "PUBLIC"), Context("R", "W", "D", None), ['USE DATABASE "D"']),
        (Context("R", "W", "D", "PUBLIC"), Context("R", "W", "D", None), []),
    ],
)
def test_the_way_back_is_as_short_as_it_can_be(now, wanted, statements):
    assert way_back(now, wanted) == statements


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


@pytest.mark.parametrize("server", ["closed_port", "silent_port"])
def test_nobody_answers_and_that_is_said_in_time(request, server):
    settings = {"account": "a", "user": "u", "host": "127.0.0.1", "port": request.getfixturevalue(server), "protocol": "http"}
    with pytest.raises(TargetUnreachable) as raised:
        SnowflakeTarget("prod", settings, {"SNOWFLAKE_PASSWORD": "sesame", "SNOWFLAKE_LOGIN_TIMEOUT": "1"})
    assert "'prod' (127.0.0.1) can't be used" in str(raised.value) and "sesame" not in str(raised.value)


def test_no_credentials_and_a_key_that_is_none_are_refused_before_a_request(tmp_path):
    (tmp_path / "key.p8").write_text("no key at all")
    for extra in ({}, {"authenticator": "SNOWFLAKE_JWT", "private_key_file": str(tmp_path / "key.p8")}):
        with pytest.raises(TargetUnreachable, match="can't be used"):
            SnowflakeTarget("prod", {"account": "a", "user": "u", **extra}, {})


def test_an_unknown_type_of_target_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="known are local, snowflake"):
        open_target("x", "oracle", {}, tmp_path, {"local": None})


def test_the_connector_is_imported_by_an_opened_target_alone():
    code = "import sys, snowpact.targets.snowflake, snowpact.targets.open; assert 'snowflake.connector' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture(scope="module")
def engine():
    with Engine() as made:
        yield made


@pytest.fixture(scope="module")
def target(engine, served):
    with served(engine) as opened:
        opened.execute("CREATE DATABASE SHOP")
        opened.execute("CREATE SCHEMA SHOP.RAW")
        yield opened


def test_it_is_a_target(target):
    assert isinstance(target, Target)


def test_rows_and_binds_keep_their_types(target):
    values = (1, "it's 100%", None, Decimal("1.50"), datetime(2026, 1, 2, 3, 4, 5), True)
    answer = target.execute("SELECT ? AS I, ? AS S, ? AS N, ? AS D, ? AS T, ? AS B", values)
    assert answer.columns == ("I", "S", "N", "D", "T", "B") and answer.rows == (values,)
    assert answer.query_id and answer.rowcount == 1
    assert target.execute("SELECT ? AS T", [datetime(2026, 1, 2, tzinfo=UTC)]).rows[0][0] == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_refused_statement_has_snowflakes_number_and_text_alone(target):
    with pytest.raises(StatementError) as raised:
        target.execute("SELECT * FROM SHOP.RAW.NOWHERE")
    error = raised.value
    assert (error.errno, error.sqlstate) == (2003, "42S02") and error.query_id
    assert error.message == "SQL compilation error:\nObject 'SHOP.RAW.NOWHERE' does not exist or not authorized."


def test_the_context_follows_what_the_connector_does_not_and_can_be_restored(target):
    target.execute("CREATE SCHEMA SHOP.ASIDE")
    before = target.context()
    assert (before.database, before.schema) == ("SHOP", "ASIDE")
    target.execute('CREATE DATABASE "small"')
    assert target.context().database == "small"
    target.restore(before)
    assert target.context() == before
    target.execute('DROP DATABASE "small"')
    target.execute("DROP SCHEMA SHOP.ASIDE")
    assert target.context().schema is None


def test_it_inspects_what_the_engine_inspects(target, engine):
    target.execute("CREATE TABLE SHOP.RAW.ORDERS (ID INT PRIMARY KEY, AT TIMESTAMP_NTZ(3), NOTE VARCHAR(20) DEFAULT 'none')")
    target.execute("CREATE VIEW SHOP.RAW.RECENT AS SELECT ID, UPPER(NOTE) AS NOTE FROM SHOP.RAW.ORDERS")
    assert target.inspect(["SHOP"]) == LocalTarget(engine, owned=False).inspect(["SHOP"])
    with pytest.raises(TargetUnreachable, match="database NOWHERE"):
        target.inspect(["NOWHERE"])
