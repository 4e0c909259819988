"""Snowflake queries → DuckDB 2.0.

``translate_query(tree, scope)`` takes what sqlglot parses with ``read="snowflake"``: a SELECT, set operation or VALUES, or one
expression of a DML statement, and gives a tree whose ``.sql(dialect="duckdb")`` means the same in DuckDB.

Types are worked out on the way (``typed.py``), because the right translation depends on them: division needs scales, and a
VARIANT compared with text is unwrapped. ``describe_query`` gives them for a query's output. A function that no table in
``functions/`` names is refused, never passed through. ``MACROS`` are executed when a store is opened, in schema ``_snow``.
"""

from __future__ import annotations

from snowpact.local.translate.seam import RelationColumns, Routine, Scope

__all__ = ["MACROS", "RelationColumns", "Routine", "Scope", "describe_query", "translate_expression", "translate_query"]


def __getattr__(name: str) -> object:
    """Load the translator, and sqlglot with it, on first use."""
    if name in {"translate_query", "translate_expression", "describe_query"}:
        from snowpact.local.translate import translator

        return getattr(translator, name)
    if name == "MACROS":
        from snowpact.local.translate.macros import MACROS

        return MACROS
    raise AttributeError(name)
