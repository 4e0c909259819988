"""What GET_DDL gives makes the object again: run in a fresh account, it gives the same text."""

from __future__ import annotations

import pytest

from snowpact.local.engine import Engine

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
