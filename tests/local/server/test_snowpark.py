"""snowflake-snowpark-python's own Session against the served engine: what its frames are asked for, and what they answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas
import pytest
from snowflake.snowpark import Session, Window
from snowflake.snowpark import functions as f
from snowflake.snowpark import types as t
from snowflake.snowpark.exceptions import SnowparkSQLException


@pytest.fixture(scope="module")
def session(port, engine):
    """A Snowpark session in a database of its own, with a table PEOPLE (ID, NAME, PAY)."""
    with engine.connect() as plain:
        plain.execute("CREATE OR REPLACE DATABASE PARK")
        plain.execute("CREATE TABLE PEOPLE (ID NUMBER(38,0), NAME VARCHAR(20), PAY NUMBER(10,2))")
        plain.execute("INSERT INTO PEOPLE VALUES (1, 'ann', 1.50), (2, 'bob', 2.50), (3, 'ann', 3)")
    options = {"user": "u", "password": "any", "account": "snowpact", "host": "127.0.0.1", "port": port, "protocol": "http"}
    made = Session.builder.configs({**options, "database": "PARK", "schema": "PUBLIC"}).create()
    yield made
    made.close()


def people(session):
    return session.table("PEOPLE")


QUERIES = {
    "sql": (lambda s: s.sql("SELECT 1 AS A, 'x' AS B"), [(1, "x")]),
    "sql with binds and casts": (lambda s: s.sql("SELECT ?::INT + ?::INT AS A", params=[1, 2]), [(3,)]),
    "filter": (lambda s: people(s).filter(f.col("ID") > 1).select("ID").sort("ID"), [(2,), (3,)]),
    "group_by": (
        lambda s: people(s).group_by("NAME").agg(f.sum("PAY").alias("P")).sort("NAME"),
        [("ann", Decimal("4.50")), ("bob", Decimal("2.50"))],
    ),
    "with_column": (
        lambda s: people(s).with_column("TWICE", f.col("PAY") * 2).select("TWICE").sort(f.col("TWICE").desc()).limit(1),
        [(Decimal("6.00"),)],
    ),
    "window": (
        lambda s: people(s).select("ID", f.row_number().over(Window.partition_by("NAME").order_by("ID")).alias("N")).sort("ID"),
        [(1, 1), (2, 1), (3, 2)],
    ),
    "union": (lambda s: people(s).union_all(people(s)).distinct().select(f.count(f.lit(1))), [(3,)]),
    "pivot": (lambda s: people(s).select("NAME", "PAY").pivot("NAME", ["ann", "bob"]).sum("PAY"), [(Decimal("4.50"), Decimal("2.50"))]),
    "drop_duplicates": (lambda s: people(s).select("NAME").drop_duplicates().sort("NAME"), [("ann",), ("bob",)]),
    "flatten": (lambda s: s.create_dataframe([[[7, 8]]], schema=["A"]).flatten("A").select("VALUE").sort("VALUE"), [("7",), ("8",)]),
    "range": (lambda s: s.range(3), [(0,), (1,), (2,)]),
    "case": (
        lambda s: people(s).select(f.when(f.col("ID") == 1, "one").otherwise("more").alias("W")).sort("W"),
        [("more",), ("more",), ("one",)],
    ),
    "fillna": (lambda s: s.create_dataframe([[None], ["x"]], schema=["A"]).na.fill({"A": "none"}).sort("A"), [("none",), ("x",)]),
    "rename": (lambda s: people(s).rename(f.col("NAME"), "N").select("N").limit(0), []),
    "cache_result": (lambda s: people(s).filter(f.col("ID") == 2).cache_result().select("NAME"), [("bob",)]),
    "create_dataframe": (lambda s: s.create_dataframe([[1, "x"], [2, None]], schema=["A", "B"]).sort("A"), [(1, "x"), (2, None)]),
}


@pytest.mark.parametrize("name", QUERIES)
def test_frames_answer(session, name):
    make, rows = QUERIES[name]
    assert [tuple(row) for row in make(session).collect()] == rows


TYPED = [1.5, Decimal("1.25"), dt.datetime(2024, 1, 1, 2, 3, 4, 5), dt.date(1969, 1, 2), b"ab", True, dt.time(1, 2, 3, 4)]


def test_values_of_every_type_come_back(session):
    frame = session.create_dataframe([TYPED, [None] * len(TYPED)], schema=list("ABCDEFG"))
    assert [tuple(row) for row in frame.sort("A", ascending=False).collect()] == [tuple(TYPED), (None,) * len(TYPED)]


def test_a_schema_is_known_without_the_rows(session):
    assert people(session).schema.fields == [
        t.StructField("ID", t.LongType()), t.StructField("NAME", t.StringType(20)), t.StructField("PAY", t.DecimalType(10, 2)),
    ]  # fmt: skip


def test_to_pandas(session):
    frame = people(session).sort("ID").to_pandas()
    assert frame["ID"].tolist() == [1, 2, 3] and frame["NAME"].tolist() == ["ann", "bob", "ann"]
    assert [float(value) for value in frame["PAY"]] == [1.5, 2.5, 3.0]
    moments = session.sql("SELECT '2024-01-02 03:04:05.678'::TIMESTAMP_NTZ AS A, NULL::TIMESTAMP_NTZ AS B, 1.5::FLOAT AS C").to_pandas()
    assert moments["A"][0] == pandas.Timestamp("2024-01-02 03:04:05.678") and pandas.isna(moments["B"][0]) and moments["C"][0] == 1.5


def test_rows_come_one_by_one(session):
    assert [row.ID for row in people(session).sort("ID").to_local_iterator()] == [1, 2, 3]
    assert people(session).sort("ID").first().NAME == "ann" and people(session).count() == 3


def test_modes_of_save_as_table(session):
    rows = session.create_dataframe([[1, "x"]], schema=["A", "B"])
    rows.write.mode("overwrite").save_as_table("SAVED")
    rows.write.mode("append").save_as_table("SAVED")
    session.create_dataframe([["y", 9]], schema=["B", "A"]).write.save_as_table("SAVED", mode="append", column_order="name")
    rows.write.mode("ignore").save_as_table("SAVED")
    assert sorted(tuple(row) for row in session.table("SAVED").collect()) == [(1, "x"), (1, "x"), (9, "y")]
    with pytest.raises(SnowparkSQLException, match="already exists"):
        rows.write.mode("errorifexists").save_as_table("SAVED")
    rows.write.mode("truncate").save_as_table("SAVED")
    assert session.table("SAVED").count() == 1
    rows.write.save_as_table("PASSING", table_type="temp")
    assert session.table("PASSING").count() == 1


def test_update_delete_and_merge(session):
    session.create_dataframe([[1, "a"], [2, "b"], [3, "c"]], schema=["ID", "V"]).write.mode("overwrite").save_as_table("CHANGED")
    target = session.table("CHANGED")
    assert target.update({"V": f.lit("z")}, target["ID"] == 1).rows_updated == 1
    assert target.delete(target["ID"] == 3).rows_deleted == 1
    source = session.create_dataframe([[2, "m"], [9, "n"]], schema=["ID", "V"])
    matched = f.when_matched().update({"V": source["V"]})
    merged = target.merge(
        source, target["ID"] == source["ID"], [matched, f.when_not_matched().insert({"ID": source["ID"], "V": source["V"]})]
    )
    assert (merged.rows_updated, merged.rows_inserted) == (1, 1)
    assert [tuple(row) for row in target.sort("ID").collect()] == [(1, "z"), (2, "m"), (9, "n")]


def test_views_and_calls(session):
    people(session).filter(f.col("ID") < 3).create_or_replace_view("FEW")
    people(session).create_or_replace_temp_view("ALL_OF_THEM")
    assert (session.table("FEW").count(), session.table("ALL_OF_THEM").count()) == (2, 3)
    session.sql("CREATE OR REPLACE FUNCTION ADD_ONE(A NUMBER) RETURNS NUMBER AS 'a + 1'").collect()
    assert people(session).select(f.call_udf("ADD_ONE", f.col("ID")).alias("N")).agg(f.sum("N")).collect()[0][0] == 9
    session.sql("CREATE OR REPLACE PROCEDURE ADDS(A NUMBER) RETURNS NUMBER AS $$ BEGIN RETURN a + 1; END $$").collect()
    assert session.call("ADDS", 3) == 4
    session.sql("CREATE OR REPLACE PROCEDURE ROWS_OF() RETURNS TABLE (A NUMBER) AS $$ BEGIN RETURN TABLE(SELECT 1 AS A); END $$").collect()
    assert [tuple(row) for row in session.call("ROWS_OF").collect()] == [(1,)]


def test_many_rows(session):
    data = [[number, f"n{number}", number / 4] for number in range(20_000)]
    session.create_dataframe(data, schema=["A", "B", "C"]).write.mode("overwrite").save_as_table("MANY")
    assert session.table("MANY").agg(f.count("A"), f.sum("A"), f.max("C")).collect()[0] == (20_000, 199_990_000, 4999.75)
    assert len(session.table("MANY").collect()) == len(session.table("MANY").to_pandas()) == 20_000


def test_asynchronous_queries(session):
    assert [tuple(row) for row in people(session).select("ID").sort("ID").collect_nowait().result()] == [(1,), (2,), (3,)]
    with pytest.raises(Exception, match="NOWHERE"):
        session.sql("SELECT * FROM NOWHERE").collect(block=False).result()


def test_joins(session):
    other = people(session).select(f.col("ID").alias("ID2"), f.col("NAME").alias("OTHER"))
    rows = people(session).join(other, (f.col("NAME") == f.col("OTHER")) & (f.col("ID") < f.col("ID2"))).select("ID", "ID2").collect()
    assert [tuple(row) for row in rows] == [(1, 3)]
    both = people(session).join(people(session), "ID", lsuffix="_L", rsuffix="_R").sort("ID").select("ID", "NAME_R").collect()
    assert [tuple(row) for row in both] == [(1, "ann"), (2, "bob"), (3, "ann")]
