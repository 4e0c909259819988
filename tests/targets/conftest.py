"""A Snowflake account that answers from recorded rows, with the limits a real one has."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from tests.serving import serving

from snowpact.model.errors import StatementError
from snowpact.targets.protocol import Result
from snowpact.targets.snowflake import SnowflakeTarget

CASES = Path(__file__).parent / "cases"

_SELECT = re.compile(r'SELECT (?P<columns>.+) FROM "(?P<db>\w+)"\.INFORMATION_SCHEMA\.(?P<view>\w+) WHERE (?P<by>\w+) (?P<op><>|=) \?\Z')
_SHOW = re.compile(
    r"SHOW (?P<what>[A-Z ]+?) IN (?P<scope>DATABASE|SCHEMA|TABLE) (?P<path>\S+?)(?: LIMIT (?P<limit>\d+)(?: FROM '(?P<after>.*)')?)?\Z"
)
_DESCRIBE = re.compile(r"DESCRIBE TABLE (?P<path>\S+)\Z")
_MISSING = ("SQL compilation error:\nDatabase '{}' does not exist or not authorized.", 2003, "02000")


class Account:
    """Answers what inspection asks. views and shows: rows by name; refused: what it answers "too much data" to, ``VIEW`` for the whole
    database, ``VIEW SCHEMA`` for one schema; lacks: columns it does not know; forbidden: what the role may not SHOW."""

    name = "prod"
    asleep = False

    def __init__(
        self, views, shows=None, described=None, *, databases=("DB",), refused=(), lacks=(), forbidden=(), page=10_000, lower=False
    ):
        self.views, self.shows, self.described = views, shows or {}, described or {}
        self.databases, self.refused, self.lacks, self.forbidden = databases, set(refused), set(lacks), set(forbidden)
        self.page, self.lower = page, lower
        self.statements: list[str] = []

    def execute(self, sql, params=()):
        self.statements.append(sql)
        if sql.startswith("SELECT CURRENT_VERSION()"):
            return Result(("VERSION", "ROLE"), (("9.31.2", "ANALYST"),))
        if found := _SELECT.match(sql):
            return self._select(found, params[0])
        if found := _SHOW.match(sql):
            return self._show(found)
        if found := _DESCRIBE.match(sql):
            return self._rows(self.described[found["path"].replace('"', "")])
        raise AssertionError(f"an account was never asked this: {sql}")

    def _select(self, found, value):
        if self.asleep:
            raise StatementError("No active warehouse selected in the current session.", 606, "57P03")
        if found["db"] not in self.databases:
            raise StatementError(_MISSING[0].format(found["db"]), *_MISSING[1:])
        columns = found["columns"].split(", ")
        if unknown := self.lacks.intersection(columns):
            raise StatementError(f"SQL compilation error: error line 1 at position 7\ninvalid identifier '{min(unknown)}'", 904, "42000")
        one_schema = f"{found['view']} {value}" if found["op"] == "=" else found["view"]
        if one_schema in self.refused:
            text = "Information schema query returned too much data. Please repeat query with more selective predicates."
            raise StatementError(text, 90030, "22000")
        rows = [row for row in self.views.get(found["view"], []) if (row.get(found["by"].lower()) == value) == (found["op"] == "=")]
        names = [column.lower() if self.lower else column for column in columns]
        return Result(tuple(names), tuple(tuple(row.get(column.lower()) for column in columns) for row in rows))

    def _show(self, found):
        if found["what"] in self.forbidden:
            raise StatementError("SQL access control error:\nInsufficient privileges to operate on account", 3001, "42501")
        rows = self.shows.get(found["what"], [])
        for prefix in ("", "fk_"):
            for key, part in zip(("database_name", "schema_name", "table_name"), found["path"].replace('"', "").split("."), strict=False):
                rows = [row for row in rows if row.get(prefix + key, part) == part]
        if found["after"]:
            rows = [row for row in rows if row["name"] > found["after"]]
        return self._rows(sorted(rows, key=lambda row: row.get("name", ""))[: self.page])

    @staticmethod
    def _rows(rows):
        columns = tuple(rows[0]) if rows else ("name",)
        return Result(columns, tuple(tuple(row.get(column) for column in columns) for row in rows))


@pytest.fixture(scope="session")
def served():
    """The snowflake target on an engine's server: the real connector over HTTP."""

    @contextmanager
    def serve(engine):
        with serving(engine) as port:
            environment = {
                "SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": str(port), "SNOWFLAKE_PROTOCOL": "http", "SNOWFLAKE_PASSWORD": "any",
            }  # fmt: skip
            with SnowflakeTarget("served", {"account": "a", "user": "u"}, environment) as opened:
                yield opened

    return serve


@pytest.fixture
def recorded():
    """The account of cases/account.yml; keyword arguments set its limits."""
    answers = yaml.safe_load((CASES / "account.yml").read_text(encoding="utf-8"))
    return lambda **limits: Account(answers["views"], answers["shows"], answers["described"], **limits)


@pytest.fixture
def tables():
    """An account with so many tables, each with a timestamp and a key."""

    def build(count, schemas=("S",), **limits):
        places = [(schema, f"T{number:05d}") for schema in schemas for number in range(count)]
        table = {"table_type": "BASE TABLE", "is_transient": "NO", "clustering_key": None, "comment": None}
        column = {"column_name": "AT", "ordinal_position": 1, "is_nullable": "NO", "data_type": "TIMESTAMP_NTZ", "is_identity": "NO"}
        digits = '{"type":"TIMESTAMP_NTZ","precision":0,"scale":3,"nullable":false}'
        views = {
            "DATABASES": [{"database_name": "DB"}],
            "SCHEMATA": [{"schema_name": schema} for schema in schemas],
            "TABLES": [{"table_schema": schema, "table_name": name, **table} for schema, name in places],
            "COLUMNS": [{"table_schema": schema, "table_name": name, **column} for schema, name in places],
        }
        own = [{"database_name": "DB", "schema_name": schema, "table_name": name, "column_name": "AT"} for schema, name in places]
        shows = {
            "COLUMNS": [{**row, "data_type": digits} for row in own],
            "PRIMARY KEYS": [{**row, "key_sequence": 1, "constraint_name": "PK"} for row in own],
            "TABLES": [{"name": row["table_name"], "database_name": "DB", "schema_name": row["schema_name"]} for row in own],
        }
        return Account(views, shows, **limits)

    return build
