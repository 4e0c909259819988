"""What the API of a JavaScript procedure asks: a statement with its binds, answered from the session that called the procedure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.routines.javascript.values import bound, read
from snowpact.local.stopping import CANCELED, TIMED_OUT
from snowpact.model.errors import StatementError, UnsupportedFeature

if TYPE_CHECKING:
    from snowpact.local.session import Session

_COUNTS = {
    "number of rows inserted": "inserted",
    "number of rows updated": "updated",
    "number of rows deleted": "deleted",
    "number of multi-joined rows updated": "multi_joined",
}


def asked_by(session: Session) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers a body's questions. What only this engine lacks is raised, and what ends the statement: no handler hides it."""

    def answered(question: dict[str, Any]) -> dict[str, Any]:
        try:
            result = session.execute(question["sql"], [bound(value) for value in question["binds"]])
            return _told(result, session.parameters["TIMEZONE"])
        except UnsupportedFeature:
            raise
        except StatementError as error:
            if error.errno in {CANCELED, TIMED_OUT}:
                raise
            return {"error": {"message": error.message, "code": error.errno, "state": error.sqlstate}}

    return answered


def _refused(column: ColumnMeta, zone: str) -> str | None:
    """Why a body may not read the column: its clock is in UTC."""
    moment = column.type.base == "DATE" or column.type.is_timestamp
    return f"reading {column.type} in JavaScript in a session whose TIMEZONE is not UTC" if moment and zone != "UTC" else None


def _told(result: EngineResult, zone: str) -> dict[str, Any]:
    """A result as ``api.js`` reads it. affected is None where nothing tells how many rows a statement touched."""
    reads = [read(column.type) for column in result.columns]
    counts = {_COUNTS[column.name]: result.rows[0][place] for place, column in enumerate(result.columns) if column.name in _COUNTS}
    affected = sum(count for word, count in counts.items() if word != "multi_joined")
    return {
        "columns": [
            {
                "name": column.name,
                "type": column.type.base,
                "scale": column.type.scale or 0,
                "nullable": column.nullable,
                "refused": _refused(column, zone),
            }
            for column in result.columns
        ],
        "rows": [[None if value is None else convert(value) for convert, value in zip(reads, row, strict=True)] for row in result.rows],
        "counts": counts,
        "affected": affected if counts or result.statement_type == "SELECT" else None,
        "id": result.query_id,
    }
