"""JavaScript in the worker: what a body may do wrong, what it may use up, and what QuickJS would answer otherwise than V8."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from snowpact.local.engine import Engine
from snowpact.local.routines.pool import BodyFailure, Workers
from snowpact.model.errors import StatementError, UnsupportedFeature


@pytest.fixture(scope="module")
def workers():
    pool = Workers()
    yield pool
    pool.close()


@pytest.fixture
def session():
    with Engine() as engine:
        yield engine.connect("D", create=True)


def code(body: str, returns: str = "VARCHAR", types: tuple[str, ...] = (), **more) -> dict:
    parameters = ["A", "B"][: len(types)]
    given = {"name": "F", "source": body, "parameters": parameters, "types": types, "returns": returns, "columns": []}
    return {"language": "JAVASCRIPT", **given, **more}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("const kept = []; while (true) kept.push('x'.repeat(1e6) + kept.length);", "memory limit exceeded"),
        ("return (function deeper(n) { return deeper(n + 1) + 1; })(0);", "RangeError: Maximum call stack size exceeded"),
    ],
)
def test_memory_and_stack_have_an_end(session, body, says):
    session.execute(f"CREATE FUNCTION GREEDY() RETURNS FLOAT LANGUAGE JAVASCRIPT AS $${body}$$")
    with pytest.raises(StatementError, match=says):
        session.execute("SELECT GREEDY()")
    assert list(session.execute("SELECT 1").rows) == [(1,)]


def test_a_worker_that_dies_is_the_statement_s_error_alone(session):
    session.execute("CREATE PROCEDURE WAITS() RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'while (true);'")
    raised: list[StatementError] = []

    def calls() -> None:
        try:
            session.execute("CALL WAITS()")
        except StatementError as error:
            raised.append(error)

    caller = threading.Thread(target=calls)
    caller.start()
    os.kill(_busy(session.engine), signal.SIGKILL)
    caller.join(30)
    assert [error.errno for error in raised] == [100132]
    assert "exit status -9" in raised[0].message
    assert list(session.execute("SELECT 1").rows) == [(1,)]


def _busy(engine: Engine) -> int:
    """The process that runs the engine's procedure, once there is one."""
    from snowpact.local.routines.python import runtime

    for _ in range(300):
        for worker in list(runtime(engine).workers._busy):
            if worker.calls:
                return worker._process.pid
        time.sleep(0.05)
    raise AssertionError("no worker is busy")


def test_text_of_every_kind_survives(workers):
    texts = ["", "ä€😀", "\u2028\u2029", "a\0b", "\\", "'\"`${x}", "x" * 100_000]
    assert workers.scalar(code("return A;", types=("VARCHAR",)), [[text] for text in texts]) == texts


@pytest.mark.parametrize("number", [0.0, -1.5, 1e300, 5e-324, 2.0**53])
def test_numbers_survive(workers, number):
    assert workers.scalar(code("return A;", "FLOAT", ("FLOAT",)), [[number]]) == [number]


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_json_has_no_number_for_survives(workers, name):
    assert workers.scalar(code("return A;", "FLOAT", ("FLOAT",)), [[name]]) == [name]


def test_every_call_meets_a_fresh_engine(workers):
    body = "globalThis.seen = (globalThis.seen || 0) + 1; return seen;"
    assert workers.scalar(code(body), [[], []]) == ["1", "2"]
    assert workers.scalar(code(body), [[]]) == ["1"]


REFUSED = [
    ("return (1234.5).toLocaleString();", "toLocaleString"),
    ("return 'a'.localeCompare('B');", "localeCompare"),
    ("return new Intl.NumberFormat().format(1);", "Intl"),
    ("return (async () => 1)();", "asynchronous"),
    ("return new Date('next week at 5').getTime();", "date text 'next week at 5'"),
    ("try { return new Date('1.2.2020 x') } catch (error) { return 'caught' }", "date text"),
]


@pytest.mark.parametrize(("body", "what"), REFUSED)
def test_what_v8_might_answer_otherwise_is_refused_and_not_caught(workers, body, what):
    with pytest.raises(UnsupportedFeature, match=what):
        workers.scalar(code(body), [[]])


@pytest.mark.parametrize("body", ["return {a: new Date(0)};", "return [1n];", "return {a: NaN};", "return () => 1;"])
def test_a_variant_without_a_form_here_is_refused(workers, body):
    with pytest.raises(UnsupportedFeature, match="in a VARIANT"):
        workers.scalar(code(body, "VARIANT"), [[]])


DATES = [
    ("2020-01-02", "2020-01-02T00:00:00.000Z"),
    ("2020-01-02T03:04:05.678Z", "2020-01-02T03:04:05.678Z"),
    ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05.000Z"),
    ("2020-01-02 03:04:05", "2020-01-02T03:04:05.000Z"),
    ("2020/1/2", "2020-01-02T00:00:00.000Z"),
    ("1/2/2020", "2020-01-02T00:00:00.000Z"),
    ("January 2, 2020", "2020-01-02T00:00:00.000Z"),
    ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05.000Z"),
    ("0000-00-00", "none"),
    ("2020-13-01", "none"),
    ("yesterday", "none"),
]


@pytest.mark.parametrize(("text", "moment"), DATES)
def test_dates_are_read_as_v8_reads_them(workers, text, moment):
    body = "const date = new Date(A); return isNaN(date) ? 'none' : date.toISOString();"
    assert workers.scalar(code(body, types=("VARCHAR",)), [[text]]) == [moment]
    parsed = "const read = Date.parse(A); return isNaN(read) ? 'none' : new Date(read).toISOString();"
    assert workers.scalar(code(parsed, types=("VARCHAR",)), [[text]]) == [moment]


def test_dates_are_of_the_session_s_time_zone_whatever_the_machine_s():
    program = (
        "from snowpact.local.engine import Engine\n"
        "session = Engine().connect('D', create=True)\n"
        "session.execute(\"CREATE FUNCTION HOUR_OF(T TIMESTAMP_NTZ) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return T.getHours();'\")\n"
        "print(session.execute(\"SELECT HOUR_OF('2024-07-01 05:00:00')\").rows[0][0])\n"
    )
    environment = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout == "5.0\n", done.stderr


def test_the_engine_starts_without_javascript():
    program = "import sys, snowpact.local.engine, snowpact.local.routines.python; print('quickjs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr


def test_many_rows(session):
    session.execute("CREATE FUNCTION TWICE(N FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return N * 2;'")
    assert list(session.execute("SELECT SUM(TWICE(SEQ4())) FROM TABLE(GENERATOR(ROWCOUNT => 20000))").rows) == [(399980000.0,)]


PLACES = [
    ("return null.x;", "return null.x;' position 12"),
    ("  return A.y.z;", "  return A.y.z;' position 13"),
    ("undefined.y = 1; return 1;", "undefined.y = 1; return 1;' position 12"),
    ("var o = null; return o.x;", "var o = null; return o.x;' position 23"),
    ("\n  if (A) {\n    throw new TypeError('no');\n  }", "    throw new TypeError('no');' position 4\nstackstrace: \nF line: 3"),
    ("function inner() { return null.q; }\nreturn inner();", "position 31\nstackstrace: \ninner line: 1\nF line: 2"),
]


@pytest.mark.parametrize(("body", "place"), PLACES)
def test_an_error_is_placed_as_v8_places_it(workers, body, place):
    with pytest.raises(BodyFailure) as failure:
        workers.scalar(code(body, types=("FLOAT",)), [[1.0]])
    assert place in failure.value.args[0]["text"]


def test_a_failure_leaves_the_worker_well(workers):
    with pytest.raises(BodyFailure):
        workers.scalar(code("throw 1;"), [[]])
    assert workers.scalar(code("return 1;"), [[]]) == ["1"]
