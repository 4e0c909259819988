"""TABLE(GENERATOR(ROWCOUNT => n)): https://docs.snowflake.com/en/sql-reference/functions/generator.

A hidden column numbers the rows: SEQ1 … SEQ8 read it (``functions/random.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import call, refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

ROW = "generated row"


def relation(translator: Translator, node: exp.Generator) -> tuple[exp.Expression, RelationColumns]:
    if node.args.get("timelimit") is not None:
        refuse("GENERATOR TIMELIMIT")
    count = node.args.get("rowcount")
    if isinstance(count, exp.Kwarg):
        count = count.expression
    rows = translator.value(count).sql if count is not None else exp.Literal.number(0)
    numbered = exp.Alias(this=exp.column("range"), alias=exp.to_identifier(ROW, quoted=True))
    source = exp.Table(this=call("range", exp.Cast(this=rows, to=exp.DataType.build("BIGINT"))))
    return exp.Subquery(this=exp.select(numbered).from_(source)), {}
