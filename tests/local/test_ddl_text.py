"""What GET_DDL gives makes the object again: run in a fresh account, it gives the same text."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from snowpact.local.ddl_text.texts import TEXTS
from snowpact.local.engine import Engine
from snowpact.model.catalog import Kind
from snowpact.model.errors import SnowpactError, UnsupportedFeature
from snowpact.model.types import Certainty

SETUP = """
CREATE TABLE plain (id NUMBER(10,0) NOT NULL AUTOINCREMENT START 5 INCREMENT 2, "low er" VARCHAR(7) DEFAULT 'it''s' COMMENT 'a ''word''',
    at TIMESTAMP_NTZ(3), v VARIANT, CONSTRAINT pk PRIMARY KEY (id), UNIQUE ("low er")) COMMENT = 'a table';
CREATE TRANSIENT TABLE passing CLUSTER BY (a) (a INT, FOREIGN KEY (a) REFERENCES plain (id));
CREATE VIEW seen COMMENT = 'x' AS SELECT id FROM plain;
CREATE SEQUENCE numbers START 3 INCREMENT 4 ORDER;
CREATE FILE FORMAT lines TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1 NULL_IF = ('', 'NULL') TRIM_SPACE = TRUE;
CREATE FUNCTION plus (a NUMBER, b NUMBER DEFAULT 1) RETURNS NUMBER AS 'a + b';
CREATE PROCEDURE hello (name VARCHAR) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN RETURN ''hello '' || name; END';
CREATE STREAM changes ON TABLE plain APPEND_ONLY = TRUE;
CREATE TASK hourly SCHEDULE = '60 MINUTES' AS SELECT 1;
"""
OBJECTS = (
    ("TABLE", "plain"), ("TABLE", "passing"), ("VIEW", "seen"), ("SEQUENCE", "numbers"), ("FILE_FORMAT", "lines"),
    ("FUNCTION", "plus(NUMBER, NUMBER)"), ("PROCEDURE", "hello(VARCHAR)"), ("STREAM", "changes"), ("TASK", "hourly"),
)  # fmt: skip


def _text(session, kind, name):
    return session.execute(f"SELECT GET_DDL('{kind}', '{name}')").rows[0][0]


@pytest.fixture(scope="module")
def made():
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script(SETUP)
        yield session


@pytest.mark.parametrize(("kind", "name"), OBJECTS)
def test_the_text_makes_the_object_again(made, kind, name):
    text = _text(made, kind, name)
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script("CREATE TABLE plain (id NUMBER(10,0))")
        session.execute(text)
        assert _text(session, kind, name) == text


def test_a_schema_s_text_makes_all_of_it_again(made):
    text = _text(made, "SCHEMA", "DB.PUBLIC")
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script(text)
        assert _text(session, "SCHEMA", "DB.PUBLIC") == text


FAMILIES = ("ddl_text", "tables", "names", "sql_functions", "tag_masking", "metrics", "alerts", "or_alter")
"""Of the golden corpus, those whose cases end with the most kinds of object."""

def _cases():
    for family in FAMILIES:
        path = Path(__file__).parent / "cases" / f"{family}.yml"
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case["steps"], id=f"{family}: {case['case']}")


def _objects(engine):
    """As declared: a task is made suspended whatever was resumed, and a table does not tell what its types were inferred from."""
    found = (record.object for record in engine.state if record.object.kind in TEXTS and record.name.parts[:2] == ("DB", "PUBLIC"))
    return {item.key: _declared(item) for item in found}


def _declared(item):
    columns = tuple(replace(column, certainty=Certainty.EXACT, reason=None) for column in item.columns)
    kept = item.with_properties(state=None) if item.kind is Kind.TASK else item
    return replace(kept, columns=columns if item.kind is Kind.TABLE else item.columns)


@pytest.mark.parametrize("steps", list(_cases()))
def test_the_text_of_what_the_corpus_makes_makes_it_again(steps):
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        for step in steps:
            with suppress(SnowpactError):
                session.execute(step if isinstance(step, str) else step.get("sql", "SELECT 1"))
        warehouses = [record.name for record in engine.state if record.object.kind is Kind.WAREHOUSE]
        before = _objects(engine)
        with engine.connect("DB", "PUBLIC") as asking:
            try:
                text = _text(asking, "SCHEMA", "DB.PUBLIC")
            except UnsupportedFeature:
                return  # said by name, which is what may not be silent
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        for name in warehouses:
            session.execute(f"CREATE WAREHOUSE IF NOT EXISTS {name}")
        session.execute_script(text)
        assert _objects(engine) == before
