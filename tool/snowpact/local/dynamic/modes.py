"""REFRESH_MODE = AUTO, resolved once at creation to INCREMENTAL or FULL, and why.

From the limitations of incremental refresh
(https://docs.snowflake.com/en/user-guide/dynamic-tables-supported-queries). What the page does not settle is FULL: the
cautious answer. An explicit INCREMENTAL that the query does not allow is an error at creation.
"""

from __future__ import annotations

from sqlglot import exp

_VOLATILE = {
    "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "SYSDATE", "GETDATE", "SYSTIMESTAMP", "RANDOM",
    "RANDSTR", "UNIFORM", "NORMAL", "ZIPF", "SEQ1", "SEQ2", "SEQ4", "SEQ8", "UUID_STRING", "CURRENT_USER", "CURRENT_ROLE",
}  # fmt: skip
_SHAPES: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Pivot, "PIVOT or UNPIVOT"),
    (exp.Limit, "LIMIT"),
    (exp.Except, "MINUS or EXCEPT"),
    (exp.Intersect, "INTERSECT"),
    (exp.TableSample, "SAMPLE"),
)
_AGGREGATES = {"MODE", "MEDIAN", "LISTAGG", "ARRAY_AGG", "OBJECT_AGG", "PERCENTILE_CONT", "PERCENTILE_DISC"}
"""Aggregates of which the page does not say that they are maintained incrementally."""

_SPELLINGS = {"GROUP_CONCAT": "LISTAGG", "RAND": "RANDOM", "UUID": "UUID_STRING"}
"""What the parser calls some functions."""


def resolve(asked: str, query: exp.Expression) -> tuple[str, str | None]:
    """(``INCREMENTAL`` or ``FULL``, the reason for FULL). Raises ValueError where INCREMENTAL was asked for and can't be."""
    reason = _obstacle(query)
    if asked == "INCREMENTAL" and reason:
        raise ValueError(reason)
    if asked in ("FULL", "INCREMENTAL"):
        return asked, None
    return ("FULL", reason) if reason else ("INCREMENTAL", None)


def _obstacle(query: exp.Expression) -> str | None:
    for node in query.walk():
        name = _function(node)
        if name in _VOLATILE:
            return f"Change tracking is not supported on queries with {name}."
        if name in _AGGREGATES:
            return f"Change tracking is not supported on queries with the aggregate {name}."
        if isinstance(node, exp.Union) and node.args.get("distinct"):
            return "Change tracking is not supported on queries with UNION without ALL."
        shape = next((text for kind, text in _SHAPES if isinstance(node, kind)), None)
        if shape:
            return f"Change tracking is not supported on queries with {shape}."
    return None


def _function(node: exp.Expression) -> str | None:
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    name = node.sql_name().upper() if isinstance(node, exp.Func) else None
    return _SPELLINGS.get(name, name) if name else None
