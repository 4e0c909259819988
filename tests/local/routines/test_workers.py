"""The worker process: what crosses the pipe, what a body may do wrong, and what happens then."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from snowpact.local.routines import packages, pool, wire
from snowpact.local.routines.hosts import python_code
from snowpact.local.routines.pool import BodyFailure, Workers
from snowpact.model.errors import StatementError

VALUES = [
    None, True, 7, -1.5, "ä\u2028'", Decimal("1.50"), b"\x00\xff", dt.date(2024, 2, 29), dt.time(1, 2, 3, 4),
    dt.datetime(2024, 1, 1, 12, 30, 1, 5), dt.datetime(2024, 1, 1, tzinfo=dt.UTC), [1, [None]], {"a": {"b": [Decimal(1)]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def workers():
    pool = Workers()
    yield pool
    pool.close()


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_survive_the_pipe(value):
    assert wire.decode(wire.encode(value)[4:]) == value


def test_values_reach_a_body_and_come_back(workers):
    assert workers.scalar(python_code("def same(x): return x", "same"), [[value] for value in VALUES]) == VALUES


def test_a_value_sql_has_no_form_for_is_an_error(workers):
    with pytest.raises(BodyFailure, match="type set has no counterpart"):
        workers.scalar(python_code("def f(): return {1}", "f"), [[]])


def test_every_call_meets_a_fresh_module(workers):
    body = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    assert workers.scalar(python_code(body, "f"), [[1], [2]]) == [1, 2]
    assert workers.scalar(python_code(body, "f"), [[1]]) == [1]


TABLE = """
class Pairs:
    def __init__(self):
        self.total = 0
    def process(self, n):
        self.total += n
        for i in range(n):
            yield (i, str(i))
    def end_partition(self):
        yield (self.total, 'total')
"""


def test_a_table_function_gets_one_handler_per_partition(workers):
    made = workers.table(python_code(TABLE, "Pairs"), [[[1], [2]], [[0]]], 2)
    assert made == [[[0, "0"], [0, "0"], [1, "1"], [3, "total"]], [[0, "total"]]]


def test_many_rows_come_in_chunks(workers):
    rows = workers.table(python_code(TABLE, "Pairs"), [[[10_000]]], 2)[0]
    assert len(rows) == 10_001 and rows[9_999] == [9_999, "9999"]


WRONG = [
    ("def f(x):\n    return 1 / x", "f", 'File "_udf_code.py", line 2, in f\nZeroDivisionError: division by zero'),
    ("def f(:", "f", "SyntaxError"),
    ("def g(x): return x", "f", "handler 'f' is not defined"),
    ("import nothing_of_that_name", "f", "ModuleNotFoundError"),
    ("import sys\ndef f(x): sys.exit(3)", "f", "SystemExit: 3"),
    ("import os\ndef f(x): os._exit(9)", "f", "ended with exit status 9"),
    ("import ctypes\ndef f(x): ctypes.string_at(0)", "f", "ended with exit status -11"),
]


@pytest.mark.parametrize(("body", "handler", "says"), WRONG)
def test_what_goes_wrong_in_a_body_is_told(workers, body, handler, says):
    with pytest.raises(BodyFailure) as failure:
        workers.scalar(python_code(body, handler), [[0]])
    assert says in str(failure.value)
    assert "snowpact" not in str(failure.value)
    assert workers.scalar(python_code("def f(): return 1", "f"), [[]]) == [1]


def test_printing_and_reading_input_leave_the_pipe_alone(workers):
    body = "import sys, os\ndef f():\n    print('x' * 100000); os.write(1, b'y'); return sys.stdin.read()"
    assert workers.scalar(python_code(body, "f"), [[]]) == [""]


def test_a_body_that_never_ends_is_stopped(workers):
    with pytest.raises(StatementError) as timeout:
        workers.scalar(python_code("def f():\n    while True: pass", "f"), [[]], timeout=0.2)
    assert (timeout.value.errno, timeout.value.sqlstate) == (630, "57014")
    assert workers.scalar(python_code("def f(): return 1", "f"), [[]]) == [1]


def test_a_worker_serves_again_but_not_for_ever(workers, monkeypatch):
    body = "import os\ndef f(): return os.getpid()"
    first = workers.scalar(python_code(body, "f"), [[]])
    assert workers.scalar(python_code(body, "f"), [[]]) == first
    monkeypatch.setattr(pool, "MOST_CALLS", 1)
    assert workers.scalar(python_code(body, "f"), [[]]) == first
    assert workers.scalar(python_code(body, "f"), [[]]) != first


@pytest.mark.parametrize("wanted", ["faker", "snowflake-snowpark-python", "snowflake-snowpark-python==*", "Faker>=1,<99", "jinja2"])
def test_packages_that_are_here_are_accepted(wanted):
    packages.require([wanted])


def test_a_missing_package_is_named():
    with pytest.raises(StatementError, match=r"'no-such-pkg==1'.*Install no-such-pkg "):
        packages.require(["faker", "no-such-pkg==1"])
