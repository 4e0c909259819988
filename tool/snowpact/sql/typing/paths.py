"""Paths into semi-structured values: ``v:a.b``, ``v[0]``, GET. They are VARIANT (Snowpark's integration tests)."""

from __future__ import annotations

from sqlglot import exp

from snowpact.model.types import VARIANT
from snowpact.sql.typing.typed import Typed, exact, family, unknown

_OPEN = {"VARIANT", "OBJECT", "ARRAY"}


def path(node: exp.Expression, typer) -> Typed:
    inner = typer.of(node.this)
    if inner.base in _OPEN and not inner.type.is_structured:
        return exact(VARIANT)
    if inner.type.is_structured:
        return unknown("a path into a structured type")
    if not inner.base:
        return family(VARIANT, inner.reason or "a path into an expression of unknown type")
    return unknown(f"a path into a {inner.base}")


RULES = dict.fromkeys((exp.JSONExtract, exp.JSONExtractScalar, exp.Bracket, exp.GetExtract), path)
