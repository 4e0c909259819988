"""A statement that fails inside a transaction leaves what came before as it was seen, or else rolls all of it back and says so."""

from __future__ import annotations

import pytest

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError

DRAWN = ("INSERT INTO t (v) SELECT RANDOM()", "INSERT INTO t (v) VALUES (1)", "INSERT INTO t (n, v) SELECT 1, numbers.NEXTVAL")
"""Run again these would write other values: a random number, an identity, a sequence."""


@pytest.fixture
def session():
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        session.execute("CREATE SEQUENCE numbers")
        session.execute("CREATE TABLE plain (v INT)")
        session.execute("CREATE TABLE t (n INT IDENTITY, v NUMBER(38, 0))")
        yield session


@pytest.mark.parametrize("statement", DRAWN)
def test_what_would_not_be_written_alike_again_is_rolled_back(session, statement):
    session.execute("BEGIN")
    session.execute("INSERT INTO plain VALUES (1)")
    session.execute(statement)
    with pytest.raises(StatementError, match=r"rolled back.*Division by zero"):
        session.execute("SELECT 1 / 0")
    assert session.execute("SELECT COUNT(*) FROM plain").rows == [(0,)]
    assert session.execute("SELECT CURRENT_TRANSACTION()").rows == [(None,)]


def test_everything_else_stays(session):
    session.execute("BEGIN")
    session.execute("INSERT INTO plain VALUES (1)")
    session.execute("UPDATE t SET v = 2")
    with pytest.raises(StatementError, match="Division by zero"):
        session.execute("INSERT INTO plain SELECT 1 / 0")
    session.execute("COMMIT")
    assert session.execute("SELECT v FROM plain").rows == [(1,)]
