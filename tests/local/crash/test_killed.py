"""A process that is killed while it writes: nothing that was committed is lost, nothing is half done.

What the file shows afterwards is what another engine shows that ran the same statements up to the last answer, or one unit more:
the one under way when the process died may have committed without having said so.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from snowpact.local.engine import Engine
from snowpact.model.catalog import Kind
from snowpact.model.names import Name

WRITER = Path(__file__).parent / "writer.py"
FOLLOWED = {"log": "TABLE log", "latest": "VIEW latest"}
"""As in the writer: what streams follow."""
STORED = (Kind.TABLE, Kind.DYNAMIC_TABLE, Kind.VIEW)


def _killed(path: Path, seed: int, units: int) -> tuple[list[list[str]], list[str] | None]:
    """The units that the writer said were done, and the one under way when it was killed."""
    choose = random.Random(seed)
    process = subprocess.Popen([sys.executable, str(WRITER), str(path), str(seed)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    lines = []
    until = choose.randint(3, units) * 2 - choose.randint(0, 1)
    while len(lines) < until:
        line = process.stdout.readline()
        assert line, "the writer failed by itself"
        lines.append(json.loads(line))
    time.sleep(choose.random() * 0.01)
    process.kill()
    lines += [json.loads(line) for line in process.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    process.wait()
    started = [line[1] for line in lines if line[0] == "start"]
    done = sum(line[0] == "done" for line in lines)
    return started[:done], started[done] if len(started) > done else None


def _seen(engine: Engine) -> dict[str, Any]:
    """Every relation's columns and rows."""
    session = engine.connect("DB", "PUBLIC")
    found: dict[str, Any] = {}
    for record in engine.state:
        if record.object.kind in STORED:
            rows = session.execute(f"SELECT * FROM {record.name.sql}").rows
            columns = [(column.name, str(column.type)) for column in record.object.columns]
            found[str(record.name)] = (record.object.kind, columns, sorted(map(repr, rows)))
        if record.object.kind is Kind.STREAM:
            rows = session.execute(f"SELECT * EXCLUDE (METADATA$ROW_ID) FROM {record.name.sql}").rows
            found[str(record.name)] = (record.object.kind, sorted(map(repr, rows)))
    return found


def _check_each_once(engine: Engine) -> None:
    """What the consumer has taken of a table's changes and what it has yet to take make the table, each row once: no change was lost,
    none taken twice."""
    session = engine.connect("DB", "PUBLIC")
    for name, source in FOLLOWED.items():
        if engine.state.get("TABLE", Name.of("DB", "PUBLIC", f"{name}_seen".upper())) is None:
            continue  # killed before that was made
        session.execute(f"INSERT INTO {name}_seen SELECT n, i, METADATA$ACTION, METADATA$ISUPDATE FROM {name}_changes")
        assert session.execute(f"SELECT SYSTEM$STREAM_HAS_DATA('{name}_changes')").rows == [(False,)]
        signed = f"SELECT n, i, IFF(action = 'INSERT', 1, -1) AS c FROM {name}_seen"
        taken = f"SELECT n, i, SUM(c) AS c FROM ({signed}) GROUP BY n, i HAVING SUM(c) <> 0 ORDER BY n, i"
        there = f"SELECT n, i, COUNT(*) AS c FROM {source.split()[1]} GROUP BY n, i ORDER BY n, i"
        assert session.execute(taken).rows == session.execute(there).rows, name


def _check_storage(engine: Engine) -> None:
    """Objects and physical tables belong to each other, one to one."""
    rows = engine.store.connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '_data' AND table_name LIKE 't%'"
    ).fetchall()
    physical: dict[str, set[str]] = {}
    for table, column in rows:
        physical.setdefault(table, set()).add(column)
    records = [record for record in [*engine.state, *engine.state.dropped] if record.physical]
    for record in records:
        assert physical.get(f"t{record.id}", set()) >= {*record.physical, "_rid"}, f"{record.name} lost its table or a column of it"
    assert physical.keys() == {f"t{record.id}" for record in records}, "tables that belong to no object, or the reverse"


def check(folder: Path, seed: int, units: int) -> None:
    path = folder / "account.duckdb"
    done, under_way = _killed(path, seed, units)
    with Engine() as model:
        session = model.connect("DB", "PUBLIC", create=True)
        for statement in [statement for unit in done for statement in unit]:
            session.execute(statement)
        expected = [_seen(model)]
        for statement in under_way or ():
            session.execute(statement)
        expected.append(_seen(model))
    with Engine(path) as engine:
        _check_storage(engine)
        assert _seen(engine) in expected, f"seed {seed}: after {len(done)} units, {under_way} under way"
        _check_each_once(engine)
        if engine.state.get("TABLE", Name.of("DB", "PUBLIC", "TOTAL")) is not None:  # else killed before that was made
            engine.connect("DB", "PUBLIC").execute("ALTER DYNAMIC TABLE total REFRESH")


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_writer(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed, 40)


def test_a_file_whose_making_was_interrupted(tmp_path: Path) -> None:
    """DuckDB makes the file before the engine's first transaction commits."""
    path = tmp_path / "account.duckdb"
    duckdb.connect(str(path)).close()
    with Engine(path) as engine:
        assert engine.databases() == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_a_writer_killed_while_it_starts(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "account.duckdb"
    process = subprocess.Popen([sys.executable, str(WRITER), str(path), str(seed)], stdout=subprocess.DEVNULL)
    while not path.exists():
        assert process.poll() is None
    time.sleep(random.Random(seed).random() * 0.1)
    process.kill()
    process.wait()
    with Engine(path) as engine:
        _check_storage(engine)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 150))
def test_a_killed_writer_for_long(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed, 400)
