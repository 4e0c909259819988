"""PUT and GET of the real connector: the client moves its files, the server never opens one of them."""

from __future__ import annotations

import gzip

import pytest
from snowflake.connector.errors import DatabaseError


def test_a_file_is_put_read_loaded_and_got_back(cursor, tmp_path):
    (tmp_path / "a.csv").write_text("1,x\n2,y\n")
    (tmp_path / "out").mkdir()
    cursor.execute("CREATE STAGE s")
    row = cursor.execute(f"PUT file://{tmp_path}/a.csv @s/in").fetchone()
    assert (row[0], row[1], row[6]) == ("a.csv", "a.csv.gz", "UPLOADED")
    assert cursor.execute("LIST @s").fetchone()[0] == "s/in/a.csv.gz"
    cursor.execute("CREATE TABLE t (a INT, b VARCHAR)")
    cursor.execute("COPY INTO t FROM @s")
    assert cursor.execute("SELECT * FROM t ORDER BY a").fetchall() == [(1, "x"), (2, "y")]
    cursor.execute(f"GET @s file://{tmp_path}/out")
    assert gzip.decompress((tmp_path / "out" / "a.csv.gz").read_bytes()) == b"1,x\n2,y\n"


def test_a_stage_that_is_not_there_is_an_error(cursor, tmp_path):
    (tmp_path / "a.csv").write_text("1\n")
    with pytest.raises(DatabaseError, match="does not exist or not authorized"):
        cursor.execute(f"PUT file://{tmp_path}/a.csv @nope")


def test_the_server_reads_no_file_for_a_put_inside_a_statement(cursor, tmp_path):
    (tmp_path / "secret.txt").write_text("hidden\n")
    cursor.execute("CREATE STAGE s")
    for sql in (f"EXECUTE IMMEDIATE 'PUT file://{tmp_path}/secret.txt @s'", f"BEGIN PUT file://{tmp_path}/secret.txt @s; END"):
        with pytest.raises(DatabaseError):
            cursor.execute(sql)
    with pytest.raises(DatabaseError):
        cursor.execute(f"PUT file://{tmp_path}/secret.txt @s; SELECT 1", num_statements=2)
    assert cursor.execute("LIST @s").fetchall() == []


def test_the_stage_may_be_a_bind_and_nonsense_is_a_syntax_error(connect, tmp_path):
    (tmp_path / "a.csv").write_text("1\n")
    made = connect(paramstyle="qmark").cursor()
    made.execute("CREATE OR REPLACE DATABASE BOUND_STAGE")
    made.execute("CREATE STAGE s")
    assert made.execute(f"PUT file://{tmp_path}/a.csv ?", ("@s",)).fetchone()[6] == "UPLOADED"
    with pytest.raises(DatabaseError, match="syntax error"):
        made.execute(f"PUT file://{tmp_path}/a.csv s")


def test_a_pandas_frame_is_written(connect):
    pandas = pytest.importorskip("pandas")
    from snowflake.connector.pandas_tools import write_pandas

    connection = connect()
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE DATABASE FRAMES")
    cursor.execute("CREATE TABLE t (a INT, b VARCHAR)")
    done, _, rows, _ = write_pandas(connection, pandas.DataFrame({"A": [1, 2], "B": ["x", None]}), "T")
    assert (done, rows) == (True, 2)
    assert cursor.execute("SELECT * FROM t ORDER BY a").fetchall() == [(1, "x"), (2, None)]
