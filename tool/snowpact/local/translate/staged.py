"""``FROM @stage (FILE_FORMAT => …, PATTERN => …)``: what a query says of staged files; the scope reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

PARTS = frozenset({"format", "pattern"})


def location_of(node: exp.Table) -> str | None:
    """The ``@…`` that stands in FROM; None for a table."""
    inner = node.this
    if isinstance(inner, exp.Var) or (isinstance(inner, exp.Literal) and inner.is_string):
        return str(inner.this) if str(inner.this).startswith("@") else None
    return None


def relation(translator: Translator, node: exp.Table, location: str) -> tuple[exp.Expression, RelationColumns | None]:
    """The DuckDB relation of a staged location and its columns: ``$1`` … and the metadata columns."""
    select = node.find_ancestor(exp.Select)
    if select is not None and any(isinstance(item.unalias(), exp.Star) for item in select.expressions):
        refuse("SELECT * of staged files")
    return translator.scope.staged(location, format_name(node), pattern(node), width(node.root()))


def format_name(node: exp.Table) -> str | None:
    """The named file format, as written."""
    given = node.args.get("format")
    if given is None:
        return None
    return str(given.this) if isinstance(given, exp.Literal) else given.sql(dialect="snowflake")


def pattern(node: exp.Table) -> str | None:
    given = node.args.get("pattern")
    if given is not None and not isinstance(given, exp.Literal):
        refuse("a PATTERN that is no literal")
    return None if given is None else str(given.this)


def width(tree: exp.Expression) -> int:
    """The highest ``$n`` in a query."""
    places = [int(node.this.name) for node in tree.find_all(exp.Parameter) if isinstance(node.this, exp.Literal)]
    return max(places, default=1)
