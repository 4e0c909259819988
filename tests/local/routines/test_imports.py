"""IMPORTS from stages: modules, archives and data files, of functions and procedures
(https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-creating)."""

from __future__ import annotations

import zipfile

import pytest

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError

PYTHON = "LANGUAGE PYTHON RUNTIME_VERSION = '3.11'"
MODULE = """
from helper import words
calls = 0
def twice(n):
    global calls
    calls += 1
    return 2 * n
def told(session):
    return session.sql("SELECT 'told'").collect()[0][0] + words()
class Rows:
    def process(self, n):
        yield from ((i, calls) for i in range(n))
"""


@pytest.fixture
def session(tmp_path):
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr("helper.py", "def words(): return ' and packed'")
    (tmp_path / "code.py").write_text(MODULE)
    (tmp_path / "data.txt").write_text("from a file")
    with Engine() as engine:
        made = engine.connect("D", create=True)
        made.execute("CREATE STAGE s")
        made.execute(f"PUT file://{tmp_path}/*.* @s/lib AUTO_COMPRESS = FALSE")
        yield made


BOTH = "IMPORTS = ('@s/lib/code.py', '@s/lib/lib.zip')"


def test_a_handler_in_a_module(session):
    session.execute(f"CREATE FUNCTION twice(n NUMBER) RETURNS NUMBER {PYTHON} {BOTH} HANDLER = 'code.twice'")
    session.execute(f"CREATE FUNCTION many(n NUMBER) RETURNS TABLE (i NUMBER, c NUMBER) {PYTHON} {BOTH} HANDLER = 'code.Rows'")
    session.execute(
        f"CREATE PROCEDURE told() RETURNS VARCHAR {PYTHON} {BOTH} PACKAGES = ('snowflake-snowpark-python') HANDLER = 'code.told'"
    )
    assert list(session.execute("SELECT twice(4)").rows) == [(8,)]
    assert list(session.execute("SELECT i, c FROM TABLE(many(2))").rows) == [(0, 0), (1, 0)]
    assert list(session.execute("CALL told()").rows) == [("told and packed",)]


def test_a_body_reads_its_files_and_imports(session):
    session.execute(f"""CREATE FUNCTION reads() RETURNS VARCHAR {PYTHON}
IMPORTS = ('@D.PUBLIC.s/lib/data.txt', '@s/lib/lib.zip') HANDLER = 'f' AS $$
import sys
from helper import words
def f():
    with open(sys._xoptions["snowflake_import_directory"] + "data.txt") as file:
        return file.read() + words()
$$""")
    assert list(session.execute("SELECT reads()").rows) == [("from a file and packed",)]


def test_one_routine_does_not_see_the_imports_of_another(session):
    session.execute(f"CREATE FUNCTION twice(n NUMBER) RETURNS NUMBER {PYTHON} {BOTH} HANDLER = 'code.twice'")
    session.execute("SELECT twice(4)")
    session.execute(
        f"CREATE FUNCTION other() RETURNS NUMBER {PYTHON} HANDLER = 'f' AS $$\nimport code\ndef f(): return int(hasattr(code, 'twice'))\n$$"
    )
    session.execute(f"CREATE FUNCTION none() RETURNS NUMBER {PYTHON} HANDLER = 'f' AS $$\ndef f():\n    import helper\n$$")
    assert list(session.execute("SELECT other()").rows) == [(0,)]
    with pytest.raises(StatementError, match="ModuleNotFoundError"):
        session.execute("SELECT none()")


def test_what_is_missing(session):
    with pytest.raises(StatementError, match=r"'@s/lib/nothing\.py' doesn't exist"):
        session.execute(f"CREATE FUNCTION f() RETURNS NUMBER {PYTHON} IMPORTS = ('@s/lib/nothing.py') HANDLER = 'nothing.f'")
    session.execute(f"CREATE FUNCTION f() RETURNS NUMBER {PYTHON} {BOTH} HANDLER = 'code.nothing'")
    with pytest.raises(StatementError, match="handler 'nothing' is not defined by module code"):
        session.execute("SELECT f()")
