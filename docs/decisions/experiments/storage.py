"""The figures of decisions 0001 and 0002: run it with the project's Python; it writes into a temporary folder only."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

N = 1_000_000


def seconds(connection, sql: str, times: int = 1) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        connection.execute(sql).fetchall()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def attempt(connection, sql: str) -> str:
    try:
        connection.execute(sql)
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return "done"


def one_writer(folder: Path) -> None:
    both = duckdb.connect()
    both.execute(f"ATTACH '{folder}/a.db' AS a; ATTACH '{folder}/b.db' AS b; CREATE TABLE a.t (i INT); CREATE TABLE b.t (i INT)")
    both.execute("BEGIN; INSERT INTO a.t VALUES (1)")
    print("attached databases, second write in one transaction:", attempt(both, "INSERT INTO b.t VALUES (1)"))
    both.close()
    one = duckdb.connect(str(folder / "one.db"))
    one.execute("CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (i INT); CREATE TABLE b.t (i INT)")
    one.execute("BEGIN; INSERT INTO a.t VALUES (1); INSERT INTO b.t VALUES (1); ALTER TABLE a.t ADD COLUMN j INT; ROLLBACK")
    print("one file, rolled back:", one.execute("SELECT (SELECT count(*) FROM a.t), (SELECT count(*) FROM b.t)").fetchone())
    one.close()


def hidden_id(folder: Path) -> None:
    one = duckdb.connect(str(folder / "rid.db"))
    one.execute("CREATE SEQUENCE rid; CREATE TABLE plain (i BIGINT, v VARCHAR)")
    one.execute("CREATE TABLE t (i BIGINT, v VARCHAR, _rid BIGINT DEFAULT nextval('rid')); CREATE VIEW shown AS SELECT i, v FROM t")
    rows = f"SELECT range, 'x' || range FROM range({N})"
    print(f"insert {N:,} rows: plain {seconds(one, f'INSERT INTO plain {rows}'):.3f} s, ", end="")
    print(f"with the id {seconds(one, f'INSERT INTO t (i, v) {rows}'):.3f} s")
    direct, through = seconds(one, "SELECT sum(i) FROM plain", 50), seconds(one, "SELECT sum(i) FROM shown", 50)
    print(f"sum over it: plain {direct * 1000:.2f} ms, through the view {through * 1000:.2f} ms")
    one.execute("DELETE FROM t WHERE i % 10 < 7")
    before = dict(one.execute("SELECT _rid, rowid FROM t").fetchall())
    one.execute("CHECKPOINT")
    after = dict(one.execute("SELECT _rid, rowid FROM t").fetchall())
    moved = sum(before[key] != after[key] for key in before)
    print(f"after deleting 70% and CHECKPOINT: rowid moved for {moved:,} of {len(before):,} rows, ids kept: {before.keys() == after.keys()}")
    one.execute("CREATE TABLE few (i INT, _rid BIGINT DEFAULT nextval('rid')); INSERT INTO few (i) SELECT range FROM range(100)")
    last, last_id = one.execute("SELECT max(rowid), max(_rid) FROM few").fetchone()
    one.execute("DELETE FROM few")
    one.close()
    one = duckdb.connect(str(folder / "rid.db"))
    one.execute("INSERT INTO few (i) SELECT range FROM range(50)")
    seen = one.execute(f"SELECT count(*) FILTER (rowid > {last}), count(*) FILTER (_rid > {last_id}) FROM few").fetchone()
    print(f"insert 100, delete all, reopen, insert 50: by rowid {seen[0]} are new, by id {seen[1]}")
    one.close()


def copying(folder: Path) -> None:
    held = folder / "rid.db"
    one = duckdb.connect(str(held))
    start = time.perf_counter()
    one.execute(f"ATTACH '{folder}/copy.db' AS c; COPY FROM DATABASE rid TO c; DETACH c")
    print(f"COPY FROM DATABASE: {time.perf_counter() - start:.2f} s; lock still held: {locked(held)}", end="")
    (folder / "plain.db").write_bytes(held.read_bytes())
    print(f"; after a plain copy of the file: {locked(held)}")
    one.close()


def locked(path: Path) -> bool:
    """Whether another process is refused."""
    return subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.connect({str(path)!r})"], capture_output=True).returncode != 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print("duckdb", duckdb.__version__)
        one_writer(Path(name))
        hidden_id(Path(name))
        copying(Path(name))
