"""SPLIT_TO_TABLE and STRTOK_SPLIT_TO_TABLE: a row for each part of a text.

https://docs.snowflake.com/en/sql-reference/functions/split_to_table, strtok_split_to_table. SEQ numbers the input's rows: it is told only
where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.environment import Environment
from snowpact.local.translate.functions.simple import as_text
from snowpact.local.translate.typed import call, refuse
from snowpact.model.types import number, varchar

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

COLUMNS = {"SEQ": number(38, 0), "INDEX": number(38, 0), "VALUE": varchar()}
_TOKENS = "STRTOK_SPLIT_TO_TABLE"


def is_split(node: exp.Expression | None) -> bool:
    return isinstance(node, exp.SplitToTable) or (isinstance(node, exp.Anonymous) and node.name.upper() == _TOKENS)


def relation(translator: Translator, node: exp.Expression, environment: Environment) -> exp.Expression:
    """The lateral relation of the parts; its text may come from tables before it."""
    tokens = isinstance(node, exp.Anonymous)
    given = list(node.expressions) if tokens else [node.this, node.expression]
    if not 1 <= len(given) <= 2 or (len(given) == 1 and not tokens):
        refuse(f"{_TOKENS if tokens else 'SPLIT_TO_TABLE'} with {len(given)} arguments")
    values = [as_text(translator.expression(item, environment)).sql for item in given]
    if len(values) == 1:
        values.append(exp.Literal.string(" "))
    parts = call("_snow.tokens" if tokens else "string_split", *values)
    numbered = call("range", 1, exp.Add(this=call("len", parts.copy()), expression=exp.Literal.number(1)))
    columns = {"SEQ": exp.Literal.number(1), "INDEX": call("unnest", numbered), "VALUE": call("unnest", parts)}
    shown = [exp.Alias(this=value, alias=translator.identifier(name)) for name, value in columns.items()]
    return exp.Lateral(this=exp.Subquery(this=exp.select(*shown)))
