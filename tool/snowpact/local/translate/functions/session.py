"""What a session knows of its statements and variables: LAST_QUERY_ID, CURRENT_STATEMENT, GETVARIABLE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TEXT
from snowpact.local.translate.typed import Typed, cast, refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _last_query_id(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/last_query_id"""
    given = node.expressions[0].sql() if node.expressions else "-1"
    if len(node.expressions) > 1 or not given.lstrip("-").isdigit():
        refuse("LAST_QUERY_ID of something that is no whole number")
    return _text(translator.scope.query_id(int(given)))


def _statement(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/current_statement"""
    return _text(translator.scope.context("CURRENT_STATEMENT"))


def _variable(translator: Translator, node: exp.Expression) -> Typed:
    """GETVARIABLE('NAME'): the value as text, NULL where no such variable is set. The name is not folded
    (https://docs.snowflake.com/en/sql-reference/session-variables#session-variable-functions)."""
    name = translator.value(node.expressions[0]).literal if len(node.expressions) == 1 else None
    if name is None:
        refuse("GETVARIABLE of something that is no constant")
    try:
        value = translator.scope.variable(name)
    except KeyError:
        value = None
    return _text(str(value).lower() if isinstance(value, bool) else None if value is None else str(value))


def _text(value: str | None) -> Typed:
    return Typed(cast(exp.Null(), "VARCHAR") if value is None else exp.Literal.string(value), TEXT)


RULES = {exp.CurrentStatement: _statement}
NAMED = {"LAST_QUERY_ID": _last_query_id, "GETVARIABLE": _variable}
