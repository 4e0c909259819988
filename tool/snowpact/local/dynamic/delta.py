"""A refresh as a delta: rows that did not change stay the same rows.

The query's answer is put beside the table's rows and both are paired as multisets: equal rows pair off one to one, the
n-th copy of a row with the n-th. What has no partner among the answer is deleted, what has none in the table is inserted.
A paired row keeps its hidden id, so that a stream on a dynamic table sees what changed and nothing else
(docs/decisions/0002-row-identity.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import duckdb

_ANSWER = "refresh_answer"


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows a refresh took out and put in."""

    deleted: int
    inserted: int

    @property
    def empty(self) -> bool:
        return not self.deleted and not self.inserted


def answer(cursor: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], query: str) -> None:
    """Run ``query`` and keep its answer beside ``table`` (DuckDB's spelling) until ``apply_answer``; a failure rolls it back.

    columns are the physical columns in the order of the query's; the query's values are cast to their types.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {_ANSWER} AS SELECT {_listed(columns)} FROM {table} LIMIT 0")
    cursor.execute(f"INSERT INTO {_ANSWER} {query}")


def apply_answer(
    cursor: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], recorded: Callable[[str], AbstractContextManager[str]]
) -> Delta:
    """Bring ``table`` to the answer, in the cursor's transaction. recorded: around the writes, given the query of the ids that go and
    yielding what to use instead of it (``streams.log.recorded``)."""
    names = [f'"{column}"' for column in columns]
    with recorded(_leaving(table, names)) as rows:
        gone = cursor.execute(f"DELETE FROM {table} WHERE _rid IN ({rows})").fetchone()[0]
        left, wanted = cursor.execute(f"SELECT (SELECT count(*) FROM {table}), (SELECT count(*) FROM {_ANSWER})").fetchone()
        # every row that is left has a partner in the answer: are there as many, nothing is missing
        came = cursor.execute(_insertion(table, names)).fetchone()[0] if left != wanted else 0
    cursor.execute(f"DROP TABLE {_ANSWER}")
    return Delta(gone, came)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _numbered(relation: str, names: Sequence[str], more: str = "") -> str:
    listed = ", ".join(names)
    return f"SELECT {more}{listed}, row_number() OVER (PARTITION BY {listed}) AS n FROM {relation}"


def _paired(names: Sequence[str]) -> str:
    return " AND ".join([f"o.{name} IS NOT DISTINCT FROM a.{name}" for name in names] + ["o.n = a.n"])


def _leaving(table: str, names: Sequence[str]) -> str:
    """The ids of the rows that have no partner in the answer."""
    old, answer = _numbered(table, names, "_rid, "), _numbered(_ANSWER, names)
    return f"SELECT o._rid FROM ({old}) o ANTI JOIN ({answer}) a ON {_paired(names)}"


def _insertion(table: str, names: Sequence[str]) -> str:
    """After the deletion the copies beyond those that are left are new."""
    listed = ", ".join(names)
    old, answer = _numbered(table, names), _numbered(_ANSWER, names)
    missing = f"SELECT {', '.join('a.' + name for name in names)} FROM ({answer}) a ANTI JOIN ({old}) o ON {_paired(names)}"
    return f"INSERT INTO {table} ({listed}) {missing}"
