"""Queries inside expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TRUTH
from snowpact.local.translate.typed import Typed, refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _scalar(translator: Translator, node: exp.Expression) -> Typed:
    tree, columns = translator.query(node.this, translator.environment)
    if columns is not None and len(columns) != 1:
        refuse("a scalar subquery of several columns")
    return Typed(exp.Subquery(this=tree), next(iter(columns.values())) if columns else None)


def _exists(translator: Translator, node: exp.Expression) -> Typed:
    query = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    tree, _ = translator.query(query, translator.environment)
    return Typed(exp.Exists(this=tree), TRUTH)


RULES = {exp.Subquery: _scalar, exp.Exists: _exists}
