"""Staged files outlive the engine, go with their stage, are copied for a rehearsal, and cross from and to local folders."""

from __future__ import annotations

import gzip

import pytest

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "engine"


def _rows(session, sql):
    return [tuple(row) for row in session.execute(sql).rows]


def test_put_compresses_and_get_brings_it_back(tmp_path):
    (tmp_path / "a.csv").write_text("1,x\n")
    (tmp_path / "out").mkdir()
    with Engine() as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute("CREATE STAGE s")
        put = f"PUT file://{tmp_path}/*.csv @s/in"
        assert _rows(session, put)[0][:2] + _rows(session, put)[0][4:7] == ("a.csv", "a.csv.gz", "NONE", "GZIP", "SKIPPED")
        assert _rows(session, f"{put} OVERWRITE = TRUE")[0][6] == "UPLOADED"
        assert _rows(session, "SELECT $1, $2 FROM @s") == [("1", "x")]
        assert _rows(session, f"GET @s file://{tmp_path}/out")[0][0] == "a.csv.gz"
        assert gzip.decompress((tmp_path / "out" / "a.csv.gz").read_bytes()) == b"1,x\n"
        with pytest.raises(StatementError, match="253006"):
            session.execute(f"PUT file://{tmp_path}/nothing.csv @s")


def test_a_path_can_not_leave_its_stage(tmp_path, path):
    with Engine(path) as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute("CREATE STAGE s")
        for sql in ("LIST @s/../x", "COPY INTO @s/../../x FROM (SELECT 1)", "SELECT $1 FROM '@s/../engine'", "REMOVE '@~/../s1'"):
            with pytest.raises(StatementError):
                session.execute(sql)


def test_files_and_what_was_loaded_outlive_the_engine(path):
    with Engine(path) as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script("CREATE STAGE s; COPY INTO @s/a FROM (SELECT 1); CREATE TABLE t (a INT); COPY INTO t FROM @s")
    with Engine(path) as engine, engine.connect("DB", "PUBLIC") as session:
        assert _rows(session, "SELECT $1 FROM @s") == [("1",)]
        assert _rows(session, "COPY INTO t FROM @s") == [("Copy executed with 0 files processed.",)]
        session.execute("DROP STAGE s")
    with Engine(path):
        assert [folder for folder in path.with_name("engine.stages").iterdir() if any(folder.iterdir())] == []


def test_a_rehearsal_has_files_of_its_own(path):
    with Engine(path) as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script("CREATE STAGE s; COPY INTO @s/a FROM (SELECT 1)")
        with engine.fork() as fork, fork.connect("DB", "PUBLIC") as other:
            other.execute("COPY INTO @s/a FROM (SELECT 2) OVERWRITE = TRUE")
            other.execute("COPY INTO @s/b FROM (SELECT 3)")
            assert _rows(other, "SELECT $1 FROM @s ORDER BY 1") == [("2",), ("3",)]
        assert _rows(session, "SELECT $1 FROM @s") == [("1",)]


def test_streams_see_what_a_load_added(path):
    with Engine(path) as engine, engine.connect("DB", "PUBLIC", create=True) as session:
        session.execute_script(
            "CREATE STAGE s; COPY INTO @s/a FROM (SELECT 1); CREATE TABLE t (a INT); CREATE STREAM r ON TABLE t; COPY INTO t FROM @s"
        )
        assert _rows(session, "SELECT a, metadata$action FROM r") == [(1, "INSERT")]
