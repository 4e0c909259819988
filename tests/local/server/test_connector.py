"""The real snowflake-connector-python over HTTP: types, binds, errors, sessions, several statements."""

from __future__ import annotations

import datetime as dt
import threading
import time
from decimal import Decimal

import pytest
from snowflake.connector.constants import FIELD_ID_TO_NAME
from snowflake.connector.errors import DatabaseError, NotSupportedError, ProgrammingError

UTC = dt.UTC

VALUES = [
    ("7::NUMBER(38,0)", 7, "FIXED"),
    ("1234567890123456789012345678901234567", 1234567890123456789012345678901234567, "FIXED"),
    ("-0.05::NUMBER(10,2)", Decimal("-0.05"), "FIXED"),
    ("1.5::FLOAT", 1.5, "REAL"),
    ("'it''s ä\\n'", "it's ä\n", "TEXT"),
    ("TRUE", True, "BOOLEAN"),
    ("FALSE", False, "BOOLEAN"),
    ("'1969-12-31'::DATE", dt.date(1969, 12, 31), "DATE"),
    ("'10:11:12.123456'::TIME", dt.time(10, 11, 12, 123456), "TIME"),
    ("'2024-01-02 03:04:05.678901'::TIMESTAMP_NTZ", dt.datetime(2024, 1, 2, 3, 4, 5, 678901), "TIMESTAMP_NTZ"),
    ("'1969-12-31 23:59:59.5'::TIMESTAMP_NTZ", dt.datetime(1969, 12, 31, 23, 59, 59, 500000), "TIMESTAMP_NTZ"),
    ("'2024-01-02 03:04:05'::TIMESTAMP_LTZ", dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "TIMESTAMP_LTZ"),
    ("'2024-01-02 03:04:05 +00:00'::TIMESTAMP_TZ", dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "TIMESTAMP_TZ"),
    ("TO_BINARY('00ff')", b"\x00\xff", "BINARY"),
    ("PARSE_JSON('{\"a\": [1, null]}')", '{\n  "a": [\n    1,\n    null\n  ]\n}', "VARIANT"),
    ("ARRAY_CONSTRUCT(1)", "[\n  1\n]", "ARRAY"),
    ("OBJECT_CONSTRUCT('a', 1)", '{\n  "a": 1\n}', "OBJECT"),
    ("NULL::NUMBER(5,1)", None, "FIXED"),
]


@pytest.mark.parametrize(("expression", "value", "type_name"), VALUES, ids=[row[0] for row in VALUES])
def test_values_and_types_arrive(cursor, expression, value, type_name):
    cursor.execute(f"SELECT {expression} AS V")
    assert cursor.fetchall() == [(value,)]
    assert FIELD_ID_TO_NAME[cursor.description[0].type_code] == type_name


COLUMNS = [("A", "NUMBER(10,2)"), ("B", "VARCHAR(20)"), ("C", "FLOAT"), ("D", "BOOLEAN"), ("E", "DATE"), ("F", "TIME"),
           ("G", "TIMESTAMP_NTZ"), ("H", "TIMESTAMP_TZ"), ("I", "BINARY")]  # fmt: skip
ROW = (
    Decimal("1.25"), "x'?y", 0.1, True, dt.date(2024, 2, 29), dt.time(1, 2, 3), dt.datetime(2024, 1, 2, 3, 4, 5, 6),
    dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), b"\x01\xfe",
)  # fmt: skip
NOTHING = (None,) * len(ROW)


@pytest.fixture
def binding(connect):
    """A cursor whose connection binds on the server, with a table of one column for each type."""
    made = connect(paramstyle="qmark").cursor()
    made.execute("CREATE OR REPLACE DATABASE BOUND")
    made.execute(f"CREATE TABLE T ({', '.join(' '.join(column) for column in COLUMNS)})")
    return made


MARKS = ", ".join("?" * len(COLUMNS))


def test_bound_values_come_back(binding):
    for row in (ROW, NOTHING):
        binding.execute(f"INSERT INTO T VALUES ({MARKS})", row)
        assert binding.rowcount == 1
    assert binding.execute("SELECT * FROM T ORDER BY A").fetchall() == [ROW, NOTHING]
    assert binding.execute("SELECT A FROM T WHERE B = ? AND A = ?", ("x'?y", Decimal("1.25"))).fetchall() == [(Decimal("1.25"),)]


def test_an_array_bind_is_one_statement(binding):
    binding.executemany(f"INSERT INTO T VALUES ({MARKS})", [ROW] * 1200)
    assert binding.rowcount == 1200
    binding.executemany("INSERT INTO T (A, B) VALUES (?, ?)", [(1, "b"), (None, None)])
    assert binding.rowcount == 2
    assert binding.execute("SELECT COUNT(*), COUNT(A), COUNT(I) FROM T").fetchall() == [(1202, 1201, 1200)]
    assert binding.execute("SELECT DISTINCT * FROM T WHERE C IS NOT NULL").fetchall() == [ROW]


def test_an_array_bind_inserts_all_or_nothing(binding):
    binding.execute("CREATE TABLE N (A NUMBER NOT NULL)")
    with pytest.raises(DatabaseError) as failure:
        binding.executemany("INSERT INTO N VALUES (?)", [(1,)] * 600 + [(None,)])
    assert failure.value.errno == 100072
    assert binding.execute("SELECT COUNT(*) FROM N").fetchall() == [(0,)]


ERRORS = [
    ("SELECT * FROM NOWHERE", 2003, "42S02"),
    ("CREATE DATABASE SERVED", 2002, "42710"),
    ("SELECT 1; SELECT 2", 8, "0A000"),
    ("-- nothing", 900, "42601"),
    ("SELECT 'abc'::TIMESTAMP", 100035, "22007"),
    ("SELECT 'never closed", 1003, "42000"),
    ("CALL MISSING(1)", 2141, "42601"),
    ("CREATE EXTERNAL TABLE X LOCATION = @S FILE_FORMAT = (TYPE = CSV)", 2, "0A000"),
]


@pytest.mark.parametrize(("statement", "errno", "sqlstate"), ERRORS, ids=[row[0] for row in ERRORS])
def test_errors_have_snowflakes_number_and_state(cursor, statement, errno, sqlstate):
    with pytest.raises(ProgrammingError) as failure:
        cursor.execute(statement)
    assert (failure.value.errno, failure.value.sqlstate) == (errno, sqlstate)
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_rows_are_counted_as_snowflake_does(cursor):
    cursor.execute("CREATE TABLE T (A NUMBER)")
    counted = ["INSERT INTO T VALUES (1), (2), (3)", "UPDATE T SET A = 9 WHERE A > 1", "DELETE FROM T WHERE A = 9", "SELECT * FROM T"]
    assert [cursor.execute(statement).rowcount for statement in counted] == [3, 2, 2, 1]


def test_describe_runs_nothing(cursor):
    cursor.execute("CREATE TABLE T (A NUMBER(10,2), B VARCHAR(7))")
    described = cursor.describe("SELECT A, B FROM T")
    assert [(item.name, item.precision, item.scale, item.internal_size) for item in described] == [("A", 10, 2, None), ("B", None, None, 7)]
    cursor.describe("INSERT INTO T VALUES (1, 'x')")
    assert cursor.execute("SELECT COUNT(*) FROM T").fetchall() == [(0,)]


def test_several_statements_in_one_request(cursor):
    cursor.execute("CREATE TABLE T (A NUMBER); INSERT INTO T VALUES (1), (2); SELECT SUM(A) FROM T", num_statements=3)
    results = []
    while True:
        results.append(cursor.fetchall())
        if not cursor.nextset():
            break
    assert results == [[("Table T successfully created.",)], [(2,)], [(3,)]]
    with pytest.raises(ProgrammingError, match="count 2 did not match the desired statement count 3"):
        cursor.execute("SELECT 1; SELECT 2", num_statements=3)


def test_binds_are_shared_out_over_several_statements(connect):
    cursor = connect(paramstyle="qmark").cursor()
    cursor.execute("CREATE OR REPLACE DATABASE SHARED")
    script = "CREATE TABLE T (A NUMBER, B VARCHAR); INSERT INTO T VALUES (?, ?); SELECT A FROM T WHERE B = ?"
    cursor.execute(script, (7, "x", "x"), num_statements=3)
    assert cursor.nextset() and cursor.nextset() and cursor.fetchall() == [(7,)]
    with pytest.raises(ProgrammingError) as failure:
        cursor.execute("SELECT ?; SELECT ?", (1,), num_statements=2)
    assert failure.value.errno == 2049


def test_a_query_that_nobody_waits_for(cursor):
    cursor.execute_async("SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 3))")  # get_results_from_sfqid loses an only row
    query_id, connection = cursor.sfqid, cursor.connection
    other = connection.cursor()
    other.get_results_from_sfqid(query_id)
    assert other.fetchall() == [(0,), (1,), (2,)]
    assert connection.get_query_status(query_id).name == "SUCCESS"
    assert connection.cursor().query_result(query_id).fetchall() == [(0,), (1,), (2,)]


def test_a_query_that_fails_while_nobody_waits(cursor):
    cursor.execute_async("SELECT * FROM NOWHERE")
    while cursor.connection.is_still_running(cursor.connection.get_query_status(cursor.sfqid)):
        pass
    with pytest.raises(ProgrammingError, match="NOWHERE") as failure:
        cursor.get_results_from_sfqid(cursor.sfqid)
    assert failure.value.errno == 2003


def test_results_as_arrow_and_pandas(cursor):
    cursor.execute("SELECT SEQ4() AS A, A / 4 AS B, 'x' || A AS C FROM TABLE(GENERATOR(ROWCOUNT => 3)) ORDER BY A")
    assert cursor.fetch_pandas_all().to_dict("list") == {"A": [0, 1, 2], "B": [0, 0.25, 0.5], "C": ["x0", "x1", "x2"]}
    table = cursor.execute("SELECT 1 AS A UNION ALL SELECT NULL ORDER BY A").fetch_arrow_all()
    assert table.to_pydict() == {"A": [1, None]}
    assert cursor.execute("SELECT 1 AS A WHERE FALSE").fetch_pandas_all().empty


def test_a_client_may_ask_for_json(connect):
    cursor = connect(session_parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}).cursor()
    assert cursor.execute("SELECT 1.5, NULL, 'x'").fetchall() == [(Decimal("1.5"), None, "x")]
    with pytest.raises(NotSupportedError):
        cursor.fetch_pandas_all()


def test_readers_do_not_wait_for_a_writer(connect, cursor):
    cursor.execute("CREATE TABLE T AS SELECT 1 AS A")
    writer = connect(database="SERVED", schema="PUBLIC").cursor()
    writer.execute("BEGIN")
    writer.execute("UPDATE T SET A = 2")
    readers = [connect(database="SERVED", schema="PUBLIC").cursor() for _ in range(3)]
    assert [reader.execute("SELECT A FROM T").fetchall() for reader in readers] == [[(1,)]] * 3
    writer.execute("COMMIT")
    assert [reader.execute("SELECT A FROM T").fetchall() for reader in readers] == [[(2,)]] * 3


def test_a_client_that_goes_away_holds_no_lock(connect, cursor):
    cursor.execute("CREATE TABLE T AS SELECT 1 AS A")
    gone = connect(database="SERVED", schema="PUBLIC")
    gone.cursor().execute("BEGIN")
    gone.cursor().execute("UPDATE T SET A = 2")
    gone.close()
    cursor.execute("UPDATE T SET A = 3")
    assert cursor.execute("SELECT A FROM T").fetchall() == [(3,)]


def test_a_session_that_nobody_uses_ends_with_its_transaction(connect, cursor, monkeypatch):
    cursor.execute("CREATE TABLE T AS SELECT 1 AS A")
    silent = connect(database="SERVED", schema="PUBLIC").cursor()
    silent.execute("BEGIN")
    silent.execute("UPDATE T SET A = 2")
    monkeypatch.setattr("snowpact.local.server.sessions.IDLE", 0.5)
    time.sleep(0.6)
    cursor.execute("SELECT 1")  # this one is in use
    other = connect(database="SERVED", schema="PUBLIC").cursor()
    monkeypatch.undo()
    other.execute("UPDATE T SET A = 3")
    assert cursor.execute("SELECT A FROM T").fetchall() == [(3,)]
    with pytest.raises(DatabaseError):
        silent.execute("COMMIT")


def test_execute_string_splits_in_the_client(connect):
    results = [cursor.fetchall() for cursor in connect().execute_string("SELECT 1; SELECT 'a;b';")]
    assert results == [[(1,)], [("a;b",)]]


def test_sessions_have_their_own_context_and_share_the_data(connect, cursor):
    cursor.execute("CREATE SCHEMA OTHER")
    cursor.execute("USE SCHEMA OTHER")
    cursor.execute("CREATE TABLE SERVED.PUBLIC.T AS SELECT 1 AS A")
    second = connect(database="served", schema="public", session_parameters={"QUERY_TAG": "me"})
    assert (second.database, second.schema) == ("SERVED", "PUBLIC")
    assert cursor.connection.schema == "OTHER"
    assert second.cursor().execute("SELECT * FROM T").fetchall() == [(1,)]
    cursor.execute("SET N = 5")
    assert cursor.execute("SELECT $N").fetchall() == [(5,)]
    with pytest.raises(ProgrammingError):
        second.cursor().execute("SELECT $N")


def test_a_transaction_is_seen_when_it_is_committed(connect, cursor):
    cursor.execute("CREATE TABLE T (A NUMBER)")
    writer = connect(database="SERVED", schema="PUBLIC", autocommit=False)
    writer.cursor().execute("INSERT INTO T VALUES (1)")
    assert cursor.execute("SELECT COUNT(*) FROM T").fetchall() == [(0,)]
    writer.commit()
    assert cursor.execute("SELECT COUNT(*) FROM T").fetchall() == [(1,)]
    writer.cursor().execute("DELETE FROM T")
    writer.rollback()
    assert cursor.execute("SELECT COUNT(*) FROM T").fetchall() == [(1,)]


def test_a_database_that_is_missing_leaves_the_session_without_one(connect):
    connection = connect(database="no_such_database")
    assert connection.database is None
    with pytest.raises(ProgrammingError) as failure:
        connection.cursor().execute("SELECT * FROM T")
    assert failure.value.errno == 90105


def test_routines_work_for_a_client(cursor):
    cursor.execute("""CREATE PROCEDURE P(N NUMBER) RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'run' AS $$
def run(session, n):
    return "x" * n
$$""")
    assert cursor.execute("CALL P(3)").fetchall() == [("xxx",)]
    assert cursor.description[0].name == "P"


def test_sessions_write_one_after_another(connect, cursor):
    cursor.execute("CREATE TABLE T (N NUMBER)")
    cursor.execute("INSERT INTO T VALUES (0)")

    def add():
        own = connect(database="SERVED", schema="PUBLIC").cursor()
        for _ in range(5):
            own.execute("UPDATE T SET N = N + 1")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cursor.execute("SELECT N FROM T").fetchall() == [(20,)]


def test_parameters_of_one_statement(cursor):
    with pytest.raises(DatabaseError) as stopped:
        cursor.execute("CALL SYSTEM$WAIT(1, 'HOURS')", _statement_params={"STATEMENT_TIMEOUT_IN_SECONDS": 1})
    assert stopped.value.errno == 630
    cursor.execute("CALL SYSTEM$WAIT(2)")  # the next one has the session's again
    with pytest.raises(DatabaseError, match="WEEK_START"):
        cursor.execute("SELECT 1", _statement_params={"WEEK_START": "3"})
    cursor.execute("SELECT 1", _statement_params={"QUERY_TAG": "tagged"})


def test_procedures_of_several_clients_run_at_the_same_time(connect, cursor):
    cursor.execute("CREATE TABLE T (N NUMBER, WHO VARCHAR)")
    cursor.execute(
        "CREATE FUNCTION TWICE(N NUMBER) RETURNS NUMBER LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'f' AS 'def f(n): return 2 * n'"
    )
    cursor.execute("""CREATE PROCEDURE ADD(WHO VARCHAR, N NUMBER) RETURNS NUMBER LANGUAGE PYTHON RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python') HANDLER = 'main' AS $$
def main(session, who, n):
    for i in range(n):
        session.sql("INSERT INTO T SELECT TWICE(?), ?", params=[i, who]).collect()
    session.create_dataframe([[i, who] for i in range(600)], schema=["N", "WHO"]).write.mode("append").save_as_table("T")
    return session.table("T").filter(f"WHO = '{who}'").count()
$$""")
    answers = {}

    def call(who):
        own = connect(database="SERVED", schema="PUBLIC").cursor()
        answers[who] = [own.execute("CALL ADD(%s, 3)", (who,)).fetchone()[0] for _ in range(2)]

    threads = [threading.Thread(target=call, args=(who,)) for who in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {who: [603, 1206] for who in "abc"}
    assert cursor.execute("SELECT COUNT(*), SUM(N) FROM T WHERE WHO = 'a'").fetchall() == [(1206, 2 * (599 * 300 + 6))]


def test_a_statement_is_cancelled_when_the_client_gives_up(cursor):
    cursor.execute("CREATE TABLE T AS SELECT SEQ4() AS A FROM TABLE(GENERATOR(ROWCOUNT => 100000))")
    with pytest.raises(ProgrammingError, match="canceled"):
        cursor.execute("SELECT COUNT(*) FROM T AS X, T AS Y WHERE X.A * Y.A % 7 = 3", timeout=1)
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_a_procedure_is_cancelled_when_the_client_gives_up(cursor):
    cursor.execute("""CREATE PROCEDURE FOREVER() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'main' AS $$
def main(session):
    while True: pass
$$""")
    with pytest.raises(ProgrammingError, match="canceled"):
        cursor.execute("CALL FOREVER()", timeout=1)
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]


@pytest.mark.parametrize("format_", ["ARROW", "JSON"])
def test_the_time_zone_of_a_login(connect, format_):
    connection = connect(session_parameters={"TIMEZONE": "America/New_York", "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": format_})
    cursor = connection.cursor()
    moment, text = cursor.execute("SELECT '2024-01-01 00:00:00'::TIMESTAMP_LTZ AS L, L::VARCHAR").fetchone()
    assert (moment.isoformat(), text) == ("2024-01-01T00:00:00-05:00", "2024-01-01 00:00:00.000 -0500")
    cursor.execute("ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'")
    moment, text = cursor.execute("SELECT '2024-01-01 00:00:00'::TIMESTAMP_LTZ AS L, L::VARCHAR").fetchone()
    assert (moment.isoformat(), text) == ("2024-01-01T00:00:00+09:00", "2024-01-01 00:00:00.000 +0900")
    cursor.execute("SELECT '2024-01-01 00:00:00'::TIMESTAMP_LTZ::VARCHAR", _statement_params={"TIMEZONE": "Europe/Berlin"})
    assert cursor.fetchone() == ("2024-01-01 00:00:00.000 +0100",)
    with pytest.raises(DatabaseError, match="TIMEZONE"):
        connect(session_parameters={"TIMEZONE": "America/Nowhere"})
