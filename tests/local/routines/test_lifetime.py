"""Routines outlive the process, workers do not, and no call outlives its time-out."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from snowpact.local.engine import Engine
from snowpact.local.stopping import timeout_of
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name

FUNCTION = """CREATE FUNCTION ROWS_OF(N NUMBER, S VARCHAR DEFAULT 'x') RETURNS TABLE (I NUMBER(38,0), S VARCHAR)
LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('faker') HANDLER = 'H' COMMENT = 'some rows' AS $$
class H:
    def process(self, n, s):
        for i in range(n):
            yield i, s
$$"""
PROCEDURE = "CREATE PROCEDURE TELL() RETURNS VARCHAR EXECUTE AS CALLER AS $$ BEGIN RETURN 'told'; END $$"


def test_routines_survive_a_restart(tmp_path):
    with Engine(tmp_path / "engine") as engine:
        session = engine.connect("D", create=True)
        session.execute(FUNCTION)
        session.execute(PROCEDURE)
    with Engine(tmp_path / "engine") as engine:
        session = engine.connect("D")
        assert list(session.execute("SELECT SUM(I) FROM TABLE(ROWS_OF(5))").rows) == [(10,)]
        assert list(session.execute("CALL TELL()").rows) == [("told",)]


def test_the_catalog_knows_them_by_signature():
    with Engine() as engine:
        session = engine.connect("D", create=True)
        session.execute(FUNCTION)
        item = engine.catalog().get(Kind.FUNCTION, Name.of("D", "PUBLIC", "ROWS_OF(NUMBER, VARCHAR)"))
        assert item.comment == "some rows"
        assert [(column.name, str(column.type)) for column in item.columns] == [("I", "NUMBER(38,0)"), ("S", "VARCHAR")]
        assert dict(item.properties) == {
            "arguments": (("N", "NUMBER(38,0)", None), ("S", "VARCHAR", "'x'")),
            "handler": "H",
            "language": "PYTHON",
            "packages": ("faker",),
            "returns": "TABLE (I NUMBER(38,0), S VARCHAR)",
            "runtime_version": "3.11",
        }


PYTHON = "LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'f' AS $$\ndef f({}):\n    while True: pass\n$$"
JAVASCRIPT = "LANGUAGE JAVASCRIPT AS 'while (true);'"


@pytest.mark.parametrize(("function", "procedure"), [(PYTHON.format(""), PYTHON.format("session")), (JAVASCRIPT, JAVASCRIPT)])
def test_a_statement_ends_at_its_time_out(function, procedure):
    with Engine() as engine:
        session = engine.connect("D", create=True)
        session.execute(f"CREATE FUNCTION FOREVER() RETURNS FLOAT {function}")
        session.execute(f"CREATE PROCEDURE WAITS() RETURNS FLOAT {procedure}")
        session.execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
        for statement in ("SELECT FOREVER()", "CALL WAITS()"):
            with pytest.raises(StatementError) as stopped:
                session.execute(statement)
            assert (stopped.value.errno, stopped.value.sqlstate) == (630, "57014")
        assert list(session.execute("SELECT 1").rows) == [(1,)]


@pytest.mark.parametrize("level", ["ACCOUNT", "SESSION"])
def test_a_time_out_counts_where_somebody_set_it(level):
    """An account's default of two days limits nothing here: no timer for every statement, and Python keeps its own limit."""
    with Engine() as engine:
        session = engine.connect("D", create=True)
        assert timeout_of(session) is None
        session.execute(f"ALTER {level} SET STATEMENT_TIMEOUT_IN_SECONDS = 60")
        assert timeout_of(session) == 60
        session.execute(f"ALTER {level} UNSET STATEMENT_TIMEOUT_IN_SECONDS")
        assert timeout_of(session) is None


def test_a_procedure_s_session_goes_when_it_has_ended():
    body = "import gc\ndef f(session):\n    gc.collect()\n    return sum(type(kept) is type(session) for kept in gc.get_objects())"
    with Engine() as engine:
        session = engine.connect("D", create=True)
        options = "LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') HANDLER = 'f'"
        session.execute(f"CREATE PROCEDURE SESSIONS() RETURNS NUMBER {options} AS $${body}$$")
        assert [list(session.execute("CALL SESSIONS()").rows) for _ in range(3)] == [[(1,)]] * 3


def test_workers_serve_the_next_engine_and_end_with_the_process():
    program = f"""
from snowpact.local.engine import Engine
body = {FUNCTION!r}.replace("yield i, s", "import os; yield os.getpid(), s")
seen = set()
for _ in range(3):
    with Engine() as engine:
        session = engine.connect("D", create=True)
        session.execute(body)
        seen |= {{row[0] for row in session.execute("SELECT I FROM TABLE(ROWS_OF(1))").rows}}
print(*seen)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    worker = int(done.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{worker}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


PROGRAM = f"""
from snowpact.local.engine import Engine
session = Engine().connect("D", create=True)
session.execute({FUNCTION!r})
print(len(session.execute("SELECT * FROM TABLE(ROWS_OF(10))").rows))
"""


def test_an_engine_that_nobody_closes_ends_silently():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "10\n", "")


def test_importing_a_body_s_worker_is_cheap():
    """A worker starts with each engine that runs Python: it may not load the engine, or a client."""
    heavy = ("duckdb", "sqlglot", "pyarrow", "snowflake.connector")
    program = f"import sys; import snowpact.local.routines.worker; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60).stdout == "[]\n"
