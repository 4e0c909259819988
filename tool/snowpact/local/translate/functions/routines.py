"""Calls of user-defined scalar functions: ``scope.routine``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import convert
from snowpact.local.translate.typed import Typed, refuse
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def user_defined(translator: Translator, name: tuple[str, ...], node: exp.Expression) -> Typed:
    """The call of a function that is no built-in; refused where the scope knows none of that name."""
    if any(isinstance(argument, exp.Kwarg) for argument in node.expressions):
        refuse(f"named arguments of {'.'.join(name)}")
    routine = translator.scope.routine(Name(name), len(node.expressions))
    if routine is None:
        refuse(f"function {'.'.join(name)}")
    arguments = [
        convert(translator.value(argument), type_).sql for argument, type_ in zip(node.expressions, routine.parameters, strict=False)
    ]
    return Typed(routine.call(arguments), routine.returns)
