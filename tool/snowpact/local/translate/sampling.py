"""SAMPLE and TABLESAMPLE: https://docs.snowflake.com/en/sql-reference/constructs/sample.

Which rows come is open in Snowflake too; a seed repeats them here, other ones than there. SYSTEM takes single rows, not blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.typed import compile_error, refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

_METHODS = {"": "BERNOULLI", "BERNOULLI": "BERNOULLI", "ROW": "BERNOULLI", "SYSTEM": "BERNOULLI", "BLOCK": "BERNOULLI"}
_PARTS = frozenset({"method", "percent", "size", "seed"})


def sampled(translator: Translator, relation: exp.Expression, sample: exp.TableSample) -> exp.Subquery:
    """The relation's sample as a subquery."""
    unknown = [part for part, value in sample.args.items() if value and part not in _PARTS]
    method = _METHODS.get(str(sample.args.get("method") or "").upper())
    amount = sample.args.get("percent") or sample.args.get("size")
    if unknown or method is None or not isinstance(amount, exp.Literal) or amount.is_string:
        refuse("SAMPLE of this form")
    by_rows = sample.args.get("size") is not None
    value = float(amount.this)
    if by_rows and not (value.is_integer() and 0 <= value <= 1_000_000):
        compile_error(f"Invalid sample size {amount.this}", 1003, "42000")  # text and number [M]
    if not by_rows and not 0 <= value <= 100:
        compile_error(f"Invalid sample percentage {amount.this}", 1003, "42000")  # text and number [M]
    drawn = exp.TableSample(method=exp.Var(this="RESERVOIR" if by_rows else method), seed=_seed(sample.args.get("seed")))
    drawn.set("size" if by_rows else "percent", exp.Literal.number(int(value) if by_rows else amount.this))
    query = exp.select("*").from_(relation)
    query.set("sample", drawn)
    return exp.Subquery(this=query)


def _seed(node: exp.Expression | None) -> exp.Expression | None:
    if node is not None and (not isinstance(node, exp.Literal) or node.is_string):
        refuse("a SEED that is no literal")
    return node
