"""The allow list: which rule translates which expression. What no table names is refused.

A rule takes the translator and the node as sqlglot parsed it, and gives the DuckDB expression with its Snowflake type. RULES are
keyed by sqlglot's class, NAMED by the upper-case name of functions that sqlglot leaves anonymous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.functions import (
    addresses,
    aggregates,
    arrays,
    binaries,
    bits,
    casts,
    conditionals,
    context,
    dates,
    hashes,
    intervals,
    literals,
    numbers,
    operators,
    random,
    regex,
    semistructured,
    session,
    sketches,
    statistics,
    strings,
    subqueries,
    timezones,
    windows,
)
from snowpact.local.translate.functions.routines import user_defined

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator
    from snowpact.local.translate.typed import Typed

_MODULES = (
    literals,
    operators,
    conditionals,
    casts,
    numbers,
    bits,
    binaries,
    strings,
    addresses,
    regex,
    dates,
    timezones,
    intervals,
    semistructured,
    arrays,
    hashes,
    aggregates,
    statistics,
    sketches,
    windows,
    context,
    random,
    subqueries,
    session,
)

RULES: dict[type[exp.Expression], Rule] = {}
NAMED: dict[str, Rule] = {}
for _module in _MODULES:
    RULES.update(_module.RULES)
    NAMED.update(getattr(_module, "NAMED", {}))
RULES[exp.Dot] = literals.dot


def anonymous(translator: Translator, node: exp.Expression) -> Typed:
    """A function that sqlglot does not know: ours by name, or the user's."""
    rule = NAMED.get(node.name.upper())
    return rule(translator, node) if rule is not None else user_defined(translator, (node.name.upper(),), node)
