"""External stages whose URLs snowpact.toml gives a folder: read as the cloud's files would be, and never written."""

from __future__ import annotations

from pathlib import Path

import pytest

from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.errors import StatementError, UnsupportedFeature

STAGE = "CREATE STAGE s URL = 's3://lake/raw/' DIRECTORY = (ENABLE = TRUE) FILE_FORMAT = (TYPE = CSV)"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """What stands for s3://lake: two files of a partitioned folder, and a neighbour that only starts alike."""
    for name, text in {
        "raw/day=1/a.csv": "1,one\n", "raw/day=2/b.csv": "2,two\n3,three\n", "rawest/c.csv": "9,nine\n", "raw/notes.txt": "x\n",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def session(lake: Path):
    with Engine(locations={"s3://lake": lake}) as engine:
        yield _ready(engine)


def _ready(engine: Engine) -> Session:
    session = engine.connect("D", "PUBLIC", create=True)
    session.execute("CREATE TABLE t (n NUMBER, word TEXT)")
    session.execute(STAGE)
    return session


def _rows(session: Session, sql: str) -> list[tuple]:
    return list(session.execute(sql).rows)


def test_copy_reads_what_lies_below_the_stage(session):
    loaded = session.execute("COPY INTO t FROM @s PATTERN = '.*[.]csv'")
    assert [row[0] for row in loaded.rows] == ["s3://lake/raw/day=1/a.csv", "s3://lake/raw/day=2/b.csv"]
    assert _rows(session, "SELECT n, word FROM t ORDER BY n") == [(1, "one"), (2, "two"), (3, "three")]


def test_a_file_is_loaded_once_however_it_is_reached(session):
    session.execute("COPY INTO t FROM @s/day=2/")
    again = session.execute("COPY INTO t FROM 's3://lake/raw/day=2/' FILE_FORMAT = (TYPE = CSV)")
    assert list(again.rows) == [("Copy executed with 0 files processed.",)]


def test_names_are_told_from_the_bucket_on(session):
    """https://docs.snowflake.com/en/user-guide/querying-metadata: METADATA$FILENAME includes the full path."""
    assert _rows(session, "SELECT DISTINCT METADATA$FILENAME FROM @s/day=2") == [("raw/day=2/b.csv",)]
    assert [row[0] for row in session.execute("LIST @s/day=").rows] == ["s3://lake/raw/day=1/a.csv", "s3://lake/raw/day=2/b.csv"]


def test_a_longer_url_wins_and_keeps_the_bucket_in_the_name(tmp_path, lake):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "z.csv").write_text("7,seven\n")
    with Engine(locations={"s3://lake": lake, "s3://lake/raw/day=7": tmp_path / "deep"}) as engine:
        session = _ready(engine)
        assert _rows(session, "SELECT $1, METADATA$FILENAME FROM @s/day=1/") == [("1", "raw/day=1/a.csv")]
        session.execute("CREATE STAGE seven URL = 's3://lake/raw/day=7'")
        assert _rows(session, "SELECT $1, METADATA$FILENAME FROM @seven") == [("7", "raw/day=7/z.csv")]


def test_the_directory_names_files_from_the_stage_on(session):
    session.execute("ALTER STAGE s REFRESH")
    found = _rows(session, "SELECT relative_path FROM DIRECTORY(@s) ORDER BY 1")
    assert found == [("day=1/a.csv",), ("day=2/b.csv",), ("notes.txt",)]


def test_a_fork_reads_the_same_files(session):
    with session.engine.fork() as fork:
        other = fork.connect("D", "PUBLIC")
        other.execute("COPY INTO t FROM @s PATTERN = '.*[.]csv'")
        assert _rows(other, "SELECT COUNT(*) FROM t") == [(3,)]


REFUSED = (
    "REMOVE @s",
    "COPY INTO @s FROM t",
    "COPY INTO t FROM @s PURGE = TRUE",
    "COPY FILES INTO @s FROM @s",
    "LIST @s PATTERN = 'day.*'",
)


@pytest.mark.parametrize("sql", REFUSED)
def test_what_would_write_there_or_is_not_sure_is_refused(session, lake, sql):
    before = sorted(lake.rglob("*"))
    with pytest.raises(UnsupportedFeature):
        session.execute(sql)
    assert sorted(lake.rglob("*")) == before


def test_get_is_for_internal_stages(session):
    with pytest.raises(StatementError, match="does not support external stages"):
        session.execute("GET @s file:///tmp")


def test_a_url_without_a_folder_is_refused_by_name(session):
    session.execute("CREATE STAGE elsewhere URL = 's3://lakeside/raw/'")
    with pytest.raises(UnsupportedFeature, match=r"files of the external stage D\.PUBLIC\.ELSEWHERE"):
        session.execute("LIST @elsewhere")
