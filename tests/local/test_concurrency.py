"""Several sessions at once: writers queue, readers do not, and a lock belongs to its session, whatever the thread."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from snowpact.local import lock
from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError


@pytest.fixture
def engine():
    with Engine() as engine:
        engine.connect("DB", create=True).execute("CREATE TABLE t (a INT)")
        yield engine


def test_writers_on_many_threads_lose_nothing(engine):
    def work(number: int) -> None:
        with engine.connect("DB") as session:
            for _ in range(10):
                session.execute("UPDATE counter SET n = n + 1")
                session.execute("INSERT INTO t VALUES (?)", [number])
            session.execute(f"CREATE TABLE made_{number} (a INT)")

    engine.connect("DB").execute("CREATE TABLE counter (n INT) AS SELECT 0")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    session = engine.connect("DB")
    assert [*session.execute("SELECT (SELECT n FROM counter), (SELECT COUNT(*) FROM t)").rows] == [(40, 40)]
    assert len([record for record in engine.state if record.name.name.startswith("MADE_")]) == 4


def test_a_writer_waits_for_the_transaction_before_it(engine):
    first, second = engine.connect("DB"), engine.connect("DB")
    first.execute("BEGIN")
    first.execute("INSERT INTO t VALUES (1)")
    waiting = threading.Thread(target=second.execute, args=("UPDATE t SET a = a + 1",))
    waiting.start()
    assert [*first.execute("SELECT a FROM t").rows] == [(1,)], "a reader does not wait"
    assert waiting.is_alive()
    first.execute("COMMIT")
    waiting.join(30)
    assert [*first.execute("SELECT a FROM t").rows] == [(2,)]


def test_who_waits_too_long_is_told(engine, monkeypatch):
    monkeypatch.setattr(lock, "WAIT", 0.05)
    first, second = engine.connect("DB"), engine.connect("DB")
    first.execute("BEGIN")
    first.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(StatementError, match="has not yet been released") as caught:
        second.execute("DELETE FROM t")
    assert caught.value.errno == 625
    first.close()
    assert second.execute("DELETE FROM t").rowcount == 0, "a session that ends takes its lock and its open writes along"


def test_a_transaction_may_change_threads(engine):
    session = engine.connect("DB")
    for statement in ("BEGIN", "INSERT INTO t VALUES (1)", "COMMIT"):
        thread = threading.Thread(target=session.execute, args=(statement,))
        thread.start()
        thread.join()
    assert [*engine.connect("DB").execute("SELECT COUNT(*) FROM t").rows] == [(1,)]
