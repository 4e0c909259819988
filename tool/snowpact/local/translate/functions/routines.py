"""Calls of user-defined scalar functions: ``scope.routine``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import convert
from snowpact.local.translate.environment import stored
from snowpact.local.translate.typed import Typed, refuse
from snowpact.model.names import Name
from snowpact.model.types import timestamp

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _is_metric(name: tuple[str, ...], node: exp.Expression) -> bool:
    """Whether a call is of a data metric function: one of the system's, or one that is given a query without brackets of its own."""
    queries = (item for item in node.expressions if isinstance(item, exp.Query) and not isinstance(item, exp.Subquery))
    return name[:2] == ("SNOWFLAKE", "CORE") or any(queries)


def user_defined(translator: Translator, name: tuple[str, ...], node: exp.Expression) -> Typed:
    """The call of a function that is no built-in; refused where the scope knows none of that name."""
    if name[:2] == ("SNOWFLAKE", "ALERT") and not node.expressions:
        return Typed(translator.scope.of_alert(name[-1]), timestamp("LTZ"))
    if _is_metric(name, node):
        return translator.value(exp.Subquery(this=translator.scope.metric(name, node)))
    distinct = len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Distinct)
    if distinct:
        node = exp.Anonymous(this=node.this, expressions=node.expressions[0].expressions)
    names = [stored(argument.this) if isinstance(argument, exp.Kwarg) else None for argument in node.expressions]
    values = translator.values(argument.expression if isinstance(argument, exp.Kwarg) else argument for argument in node.expressions)
    routine = translator.scope.routine(Name(name), [(label, value.type) for label, value in zip(names, values, strict=True)])
    if routine is None:
        refuse(f"function {'.'.join(name)}")
    if distinct and not routine.aggregate:
        refuse(f"DISTINCT in a call of {'.'.join(name)}, which is no aggregate function")
    arguments = [convert(value, type_).sql for value, type_ in zip(values, routine.parameters, strict=False)]
    return Typed(routine.call(arguments, distinct), routine.returns)
