"""What is true or false. Comparisons, LIKE, IN, AND, OR and even IS NULL are reported nullable (Snowpark's integration tests)."""

from __future__ import annotations

from sqlglot import exp

from snowpact.model.types import BOOLEAN
from snowpact.sql.typing.typed import Typed, exact

_BOOLEAN = exact(BOOLEAN)


def boolean(node: exp.Expression, typer) -> Typed:
    return _BOOLEAN


_NODES = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike,
    exp.RegexpLike, exp.Exists, exp.Not, exp.And, exp.Or, exp.Any, exp.All, exp.EqualNull, exp.Contains, exp.StartsWith, exp.EndsWith,
    exp.ArrayContains, exp.ArrayOverlaps, exp.LogicalAnd, exp.LogicalOr, exp.BoolxorAgg, exp.IsNullValue, exp.IsArray, exp.ToBoolean,
    exp.SimilarTo,
)  # fmt: skip

RULES = dict.fromkeys(_NODES, boolean)
