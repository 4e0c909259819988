"""Parquet files are read as objects, one a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError

ROWS = (
    "SELECT 1 AS id, 'x' AS \"Name\", 1.50::DECIMAL(10,2) AS amount, DATE '2024-01-02' AS d, TIMESTAMP '2024-01-02 03:04:05.5' AS at, "
    "[1, 2] AS list UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL"
)


@pytest.fixture
def session(tmp_path):
    duckdb.connect().execute(f"COPY ({ROWS}) TO '{tmp_path}/a.parquet' (FORMAT parquet)")
    (tmp_path / "b.parquet").write_bytes(b"no parquet")
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as made:
        made.execute("CREATE STAGE s FILE_FORMAT = (TYPE = PARQUET)")
        made.execute(f"PUT file://{tmp_path}/*.parquet @s")
        yield made


def test_a_row_is_an_object(session):
    rows = session.execute("SELECT $1:id::INT, $1:\"Name\"::VARCHAR, $1:list[1]::INT FROM @s/a ORDER BY 1").rows
    assert [tuple(row) for row in rows] == [(1, "x", 2), (2, None, None)]


def test_columns_are_matched_by_name(session):
    session.execute("CREATE TABLE t (id INT, name VARCHAR, amount NUMBER(10,2), d DATE, at TIMESTAMP_NTZ)")
    session.execute("COPY INTO t FROM @s/a MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE")
    expected = (1, "x", Decimal("1.50"), dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4, 5, 500000))
    assert [tuple(row) for row in session.execute("SELECT * FROM t ORDER BY id").rows] == [expected, (2, None, None, None, None)]


def test_what_is_no_parquet_is_an_error(session):
    with pytest.raises(StatementError, match="Error reading Parquet file"):
        session.execute("SELECT $1 FROM @s/b")


def test_a_file_tells_its_columns(session):
    """https://docs.snowflake.com/en/sql-reference/functions/infer_schema: what holds values in values is a VARIANT."""
    session.execute("CREATE FILE FORMAT f TYPE = PARQUET")
    rows = session.execute("SELECT column_name, type FROM TABLE(INFER_SCHEMA(LOCATION => '@s/a', FILE_FORMAT => 'f'))").rows
    scalars = [("id", "NUMBER(38, 0)"), ("Name", "TEXT"), ("amount", "NUMBER(10, 2)"), ("d", "DATE"), ("at", "TIMESTAMP_NTZ")]
    assert [tuple(row) for row in rows] == [*scalars, ("list", "VARIANT")]


def test_a_template_makes_the_table_that_a_file_fits(session):
    session.execute("CREATE FILE FORMAT f TYPE = PARQUET")
    inferred = "TABLE(INFER_SCHEMA(LOCATION => '@s/a', FILE_FORMAT => 'f', IGNORE_CASE => TRUE))"
    columns = "ARRAY_AGG(OBJECT_CONSTRUCT(*)) WITHIN GROUP (ORDER BY order_id)"
    session.execute(f"CREATE TABLE t USING TEMPLATE (SELECT {columns} FROM {inferred})")
    session.execute("COPY INTO t FROM @s/a MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE")
    rows = session.execute("SELECT id, name, amount FROM t ORDER BY id").rows
    assert [tuple(row) for row in rows] == [(1, "x", Decimal("1.50")), (2, None, None)]
