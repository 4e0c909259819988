"""A refresh as an edit: rows that did not change stay the same rows.

The query's answer, whole or for the keys that changes touch, is put beside the table's rows and both are paired as multisets: equal rows
pair off one to one, the n-th copy of a row with the n-th. What has no partner among the answer is deleted, what has none in the table is
inserted. Where the difference itself is known (``terms``), so many copies of a row are deleted or inserted.

A row that stays keeps its hidden id, so that a stream on a dynamic table sees what changed and nothing else
(docs/decisions/0002-row-identity.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Run = Callable[[str], Any]
_ANSWER, _NET = "temp._answer", "temp._net"


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows a refresh took out and put in."""

    deleted: int = 0
    inserted: int = 0

    @property
    def empty(self) -> bool:
        return not self.deleted and not self.inserted

    def __add__(self, other: Delta) -> Delta:
        return Delta(self.deleted + other.deleted, self.inserted + other.inserted)


@dataclass(frozen=True, slots=True)
class Edit:
    """gone: a query of the ids of rows to delete; came: an INSERT for after that; size: how many rows must go and come, where that is
    known; complete: a query for after the deletion, whether nothing is to come, where that is worth asking."""

    gone: str
    came: str
    size: int | None = None
    complete: str | None = None


def put_beside(run: Run, table: str, columns: Sequence[str], query: str) -> int:
    """Keep a query's answer beside ``table`` (DuckDB's spelling); columns are the physical ones in the order of the query's. How many rows
    it has."""
    run(f"CREATE OR REPLACE TEMP TABLE _answer AS SELECT {', '.join(columns)} FROM {table} LIMIT 0")
    return run(f"INSERT INTO {_ANSWER} {query}").fetchone()[0]


def is_another(run: Run, table: str, columns: Sequence[str]) -> bool:
    """Whether the table has one row, and the answer's only one is another: then nothing needs pairing."""
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM a.{name}" for name in columns)
    return run(f"SELECT count(*) = 1 AND bool_and({same}) IS FALSE FROM {table} t, {_ANSWER} a").fetchone()[0]


def towards_answer(table: str, columns: Sequence[str], among: str = "TRUE") -> Edit:
    """The edit that leads from the table's rows, those for which a condition on ``t`` holds, to the answer beside it."""
    rows = f"(SELECT * FROM {table} AS t WHERE {among})"
    answer = _numbered(_ANSWER, columns)
    gone = f"SELECT o._rid FROM ({_numbered(rows, columns, '_rid, ')}) o ANTI JOIN ({answer}) a ON {_paired(columns)}"
    missing = f"SELECT {', '.join('a.' + name for name in columns)} FROM ({answer}) a ANTI JOIN ({_numbered(rows, columns)}) o"
    # after the deletion every row that is left has a partner in the answer, and the copies beyond those are new
    complete = f"SELECT (SELECT count(*) FROM {rows}) = (SELECT count(*) FROM {_ANSWER})"
    return Edit(gone, f"INSERT INTO {table} ({', '.join(columns)}) {missing} ON {_paired(columns)}", complete=complete)


def anew(table: str, columns: Sequence[str]) -> Edit:
    """All rows go and the whole answer comes."""
    listed = ", ".join(columns)
    return Edit(f"SELECT _rid FROM {table}", f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {_ANSWER}")


def by_terms(run: Run, table: str, columns: Sequence[str], signed: Sequence[str], keys: Sequence[str] = ()) -> Edit | None:
    """The edit for rows that came and went, given as queries with a sign, +1 or -1, after each row's values; None where there are none.

    keys: columns no two rows of the table are alike in, where there are such.
    """
    if not signed:
        return None
    listed = ", ".join(columns)
    rows = f"({' UNION ALL '.join(signed)}) AS r({listed}, sign)"
    net = f"SELECT {listed}, CAST(sum(sign) AS BIGINT) AS copies FROM {rows} GROUP BY {listed} HAVING sum(sign) <> 0"
    size = run(f"CREATE OR REPLACE TEMP TABLE _net AS {net}").fetchone()[0]
    if not size:
        return None
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM n.{name}" for name in keys or columns)
    matched = f"{table} t JOIN {_NET} n ON {same} AND n.copies < 0"
    came = f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {_NET}"
    if keys:
        return Edit(f"SELECT t._rid FROM {matched}", f"{came} WHERE copies > 0", size)
    copies = ", ".join("t." + name for name in columns)
    numbered = f"SELECT t._rid, n.copies, row_number() OVER (PARTITION BY {copies} ORDER BY t._rid) AS place FROM {matched}"
    size = run(f"SELECT CAST(sum(abs(copies)) AS BIGINT) FROM {_NET}").fetchone()[0]
    return Edit(f"SELECT _rid FROM ({numbered}) WHERE place <= -copies", f"{came}, range(copies) WHERE copies > 0", size)


def _numbered(relation: str, names: Sequence[str], more: str = "") -> str:
    listed = ", ".join(names)
    return f"SELECT {more}{listed}, row_number() OVER (PARTITION BY {listed}) AS n FROM {relation}"


def _paired(names: Sequence[str]) -> str:
    return " AND ".join([f"o.{name} IS NOT DISTINCT FROM a.{name}" for name in names] + ["o.n = a.n"])
