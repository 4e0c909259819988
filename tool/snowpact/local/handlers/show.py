"""SHOW and DESCRIBE."""

from __future__ import annotations

from snowpact.local import show as shown
from snowpact.local.describe import Answer
from snowpact.local.describe import describe as described
from snowpact.local.facts import SessionFacts
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.session import Session
from snowpact.sql.classify import Classified


@handles("SHOW")
def show(session: Session, statement: Classified) -> EngineResult:
    return _result(shown.rows(statement, session, SessionFacts(session, all_with_manage_grants=True)))


@handles("DESCRIBE")
def describe(session: Session, statement: Classified) -> EngineResult:
    return _result(described(statement, session))


def _result(answer: Answer) -> EngineResult:
    columns, rows = answer
    return EngineResult(tuple(ColumnMeta(name, type_) for name, type_ in columns), rows, len(rows))
