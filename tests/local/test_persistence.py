"""What a file keeps: everything, across sessions, closings, copies and crashes; and who may open it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import duckdb
import pytest

from snowpact.local.engine import Engine
from snowpact.local.target import open_local
from snowpact.model.catalog import Catalog
from snowpact.model.errors import Held, InputError, StatementError
from snowpact.targets.inspect.visible import visible
from snowpact.targets.protocol import Context, Target

MADE = (
    "CREATE WAREHOUSE w WITH WAREHOUSE_SIZE = 'LARGE'",
    "CREATE ROLE analyst",
    "CREATE DATABASE db COMMENT = 'the one'",
    "CREATE SEQUENCE s START 5 INCREMENT 2",
    "CREATE TABLE t (id INT IDENTITY PRIMARY KEY, \"a b\" VARCHAR(3) NOT NULL DEFAULT 'x' COMMENT 'why',"
    " n INT DEFAULT s.NEXTVAL, v VARIANT) CLUSTER BY (id)",
    "CREATE TABLE f (t_id INT, CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id))",
    "INSERT INTO t (\"a b\") VALUES ('p'), ('q')",
    'CREATE VIEW v (k COMMENT \'a key\', label) AS SELECT id * 2, "a b" FROM t',
    "ALTER TABLE t ADD COLUMN late INT DEFAULT 9",
    "CREATE SCHEMA other",
    "CREATE TRANSIENT TABLE gone AS SELECT 1 AS one",
    "DROP TABLE gone",
    "CREATE TEMPORARY TABLE tmp (a INT)",
)


def run(session, *statements):
    return [session.execute(statement) for statement in statements][-1]


@pytest.fixture
def path(tmp_path):
    """A file with a little of everything, closed."""
    with Engine(tmp_path / "engine") as engine:
        run(engine.connect(), *MADE)
    return tmp_path / "engine"


def test_everything_is_there_after_reopening(path, tmp_path):
    with Engine() as fresh:
        run(fresh.connect(), *MADE)
        expected = fresh.catalog()
    with Engine(path) as engine:
        assert engine.catalog() == expected
        session = engine.connect("DB", "PUBLIC", warehouse="W")
        assert session.warehouse == "W"
        assert [*run(session, 'SELECT id, "a b", n, late FROM t ORDER BY id').rows] == [(1, "p", 5, 9), (2, "q", 7, 9)]
        assert [*run(session, "SELECT k, label FROM v ORDER BY k").rows] == [(2, "p"), (4, "q")]


def test_sequences_and_identities_go_on(path):
    with Engine(path) as engine:
        session = engine.connect("DB")
        run(session, "INSERT INTO t (\"a b\") VALUES ('r')")
        assert [*run(session, "SELECT id, n FROM t WHERE \"a b\" = 'r'").rows] == [(3, 9)]


def test_what_was_dropped_can_come_back_after_reopening(path):
    with Engine(path) as engine:
        session = engine.connect("DB", "OTHER")
        run(session, "UNDROP TABLE gone")
        assert [*run(session, "SELECT one FROM gone").rows] == [(1,)]
        run(session, "DROP DATABASE db")
    with Engine(path) as engine:
        session = engine.connect()
        run(session, "UNDROP DATABASE db")
        assert [*run(session, "SELECT COUNT(*) FROM db.public.t").rows] == [(2,)]


def test_temporary_tables_leave_nothing(path):
    connection = duckdb.connect(str(path))
    tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = '_data'").fetchall()}
    kept = {f"t{row[0]}" for row in connection.execute("SELECT id FROM _snow.objects WHERE domain = 'TABLE' AND kind = 'TABLE'").fetchall()}
    connection.close()
    assert tables == kept


def test_a_killed_process_loses_what_was_open_and_nothing_else(path):
    code = textwrap.dedent(
        f"""
        import os
        from snowpact.local.engine import Engine
        session = Engine({str(path)!r}).connect("DB")
        session.execute("INSERT INTO f VALUES (1)")
        session.execute("CREATE TEMPORARY TABLE scrap AS SELECT 1 AS a")
        session.execute("BEGIN")
        session.execute("INSERT INTO f VALUES (2)")
        os._exit(9)
        """
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    with Engine(path) as engine:
        session = engine.connect("DB")
        assert [*run(session, "SELECT t_id FROM f").rows] == [(1,)]
        with pytest.raises(StatementError):
            run(session, "SELECT * FROM scrap")
        physical = engine.store.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = '_data'").fetchone()[0]
    assert physical == sum(record.object.kind.value == "TABLE" for record in [*engine.state, *engine.state.dropped])


def test_another_process_is_refused_with_our_id(path):
    code = textwrap.dedent(
        f"""
        import sys
        from snowpact.local.engine import Engine
        from snowpact.model.errors import Held
        try:
            Engine({str(path)!r})
        except Held as held:
            print(held.holder, held.exit_code)
        """
    )

    def other() -> list[str]:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    with Engine(path) as engine:
        mine = subprocess.run([sys.executable, "-c", "import os; print(os.getppid())"], capture_output=True, text=True).stdout.strip()
        assert other() == [mine, "5"]
        engine.fork().close()
        assert other() == [mine, "5"], "a copy must not give up the lock"
    assert other() == []


@pytest.mark.parametrize("content", [b"x" * 10_000, b"", b"CREATE TABLE t (a INT);\n"], ids=["binary", "empty", "text"])
def test_a_file_that_is_none_of_ours(tmp_path, content):
    path = tmp_path / "engine"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a DuckDB file of this engine"):
        Engine(path)
    assert path.read_bytes() == content


def test_a_duckdb_file_of_someone_else(tmp_path):
    path = tmp_path / "engine"
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE t (a INT)")
    connection.close()
    with pytest.raises(InputError, match="not one of this engine"):
        Engine(path)


def test_a_damaged_file(path):
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(InputError):
        Engine(path)


def test_a_file_of_another_layout(path):
    connection = duckdb.connect(str(path))
    connection.execute("UPDATE _snow.layout SET version = 99")
    connection.close()
    with pytest.raises(InputError, match="layout 99"):
        Engine(path)


def test_a_fork_goes_its_own_way(path):
    with Engine(path) as engine, engine.fork() as fork:
        assert fork.catalog() == engine.catalog()
        theirs, ours = fork.connect("DB"), engine.connect("DB")
        run(theirs, "DROP TABLE f", "DELETE FROM t", "CREATE TABLE extra AS SELECT 1 AS a")
        run(ours, "INSERT INTO f VALUES (7)")
        assert [*run(ours, "SELECT COUNT(*) FROM t").rows] == [(2,)]
        with pytest.raises(StatementError):
            run(ours, "SELECT * FROM extra")
        with fork.fork() as again:
            assert [*run(again.connect("DB"), "SELECT a FROM extra").rows] == [(1,)]


def test_a_fork_has_what_is_committed_while_another_session_writes(path):
    with Engine(path) as engine:
        session = engine.connect("DB")
        run(session, "BEGIN", "INSERT INTO f VALUES (1)")
        with engine.fork() as fork:
            assert [*run(fork.connect("DB"), "SELECT COUNT(*) FROM f").rows] == [(0,)]
        run(session, "COMMIT")


def test_the_target(path):
    with open_local(path, "mine") as target:
        assert isinstance(target, Target)
        assert (target.name, target.kind) == ("mine", "local")
        before = target.context()
        target.execute("USE SCHEMA db.other")
        assert target.context() == Context("ACCOUNTADMIN", None, "DB", "OTHER")
        target.execute("GRANT USAGE ON DATABASE db TO ROLE sysadmin")
        target.execute("GRANT USAGE ON SCHEMA db.public TO ROLE sysadmin")
        target.restore(Context("SYSADMIN", None, "DB", "PUBLIC"))
        assert target.context() == Context("SYSADMIN", None, "DB", "PUBLIC")
        target.restore(before)
        assert target.context() == Context("ACCOUNTADMIN", None, "DB", "PUBLIC"), "no statement leaves a database"
        assert target.execute("SELECT ? AS a", [1]).dicts() == [{"a": 1}]
        with target.scratch() as scratch:
            assert scratch.context() == target.context()
            scratch.execute("DROP SCHEMA db.other")
        known = Catalog.of(item for item in target.catalog() if item.name.database == "DB")
        assert visible(known) == visible(target.inspect(["DB"]))


def test_held_is_no_input_error():
    assert not issubclass(Held, InputError)


def test_what_was_dropped_goes_for_good_after_its_retention(path):
    connection = duckdb.connect(str(path))
    connection.execute("UPDATE _snow.objects SET dropped_on = dropped_on - INTERVAL 25 HOUR WHERE name = 'GONE'")
    before = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = '_data'").fetchone()[0]
    connection.close()
    with Engine(path) as engine:
        after = engine.store.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = '_data'").fetchone()[0]
        assert after == before - 1
        with pytest.raises(StatementError, match="does not exist"):
            run(engine.connect("DB", "OTHER"), "UNDROP TABLE gone")


def test_times_do_not_depend_on_the_machine_s_time_zone():
    """TIMEZONE is UTC in every session, wherever the process runs."""
    script = """
        from snowpact.local.engine import Engine
        with Engine() as engine:
            session = engine.connect("DB", "PUBLIC", create=True)
            session.execute("CREATE TABLE t (at TIMESTAMP_LTZ)")
            session.execute("INSERT INTO t VALUES ('2024-07-01 23:30:00 +0000')")
            print(*session.execute("SELECT at::VARCHAR, at::DATE::VARCHAR, HOUR(at) FROM t").rows[0], sep=", ")
            now, utc, day = session.execute("SELECT CURRENT_TIMESTAMP()::TIMESTAMP_NTZ, SYSDATE(), CURRENT_DATE()").rows[0]
            print(now == utc, day == utc.date())
    """
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
        )
        assert ran.stdout.splitlines() == ["2024-07-01 23:30:00.000 +0000, 2024-07-01, 23", "True True"]
