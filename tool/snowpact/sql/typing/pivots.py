"""PIVOT and UNPIVOT: the columns of the source that are left, and those made of values or names.

A column of a PIVOT is called by its alias, else as its value is written, quotes and all: ``"'2023_Q1'"``. Which there are with ANY or a
subquery only the data tell (https://docs.snowflake.com/en/sql-reference/constructs/pivot). UNPIVOT adds the column of names, then that of
values (https://docs.snowflake.com/en/sql-reference/constructs/unpivot).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.model.types import varchar
from snowpact.sql.typing.common import common
from snowpact.sql.typing.lineage import NOTHING, Dependency, Origins, Use, origins
from snowpact.sql.typing.scope import Scope
from snowpact.sql.typing.source import Source
from snowpact.sql.typing.spelling import stored
from snowpact.sql.typing.typed import Typed, TypedColumn, family
from snowpact.sql.typing.typer import Typer

Subquery = Callable[[exp.Expression, Scope], list[TypedColumn]]


def pivoted(source: Source, pivots: list[exp.Pivot], scope: Scope, subquery: Subquery) -> Source:
    """The source after its PIVOT or UNPIVOT, under the alias that it has there; without columns where they can't be told."""
    alias = pivots[0].args.get("alias")
    name = stored(alias.this) if alias is not None and alias.this is not None else source.alias
    if source.columns is None:
        source.alias = name
        return source
    inner = scope.child()
    inner.sources = [source]
    shape = _shape(pivots)
    columns = _SHAPES[shape](source, pivots[0], inner, subquery) if shape is not None else None
    if columns is None:
        return Source(name, None, "which columns this PIVOT gives is not told by its text")
    return Source(name, columns)


def _shape(pivots: list[exp.Pivot]) -> bool | None:
    """Whether it is an UNPIVOT; None for several in a row, several FORs or several aggregates."""
    pivot = pivots[0]
    plain = len(pivots) == 1 and len(pivot.expressions) == 1 and len(pivot.args.get("fields") or ()) == 1
    return bool(pivot.args.get("unpivot")) if plain and isinstance(pivot.args["fields"][0], exp.In) else None


def _pivot(source: Source, pivot: exp.Pivot, inner: Scope, subquery: Subquery) -> list[TypedColumn] | None:
    call, field = pivot.expressions[0], pivot.args["fields"][0]
    names = [_called(value) for value in field.expressions]
    if not isinstance(call, exp.AggFunc) or not names or None in names:
        return None
    typed = Typer(inner, subquery).of(call)
    used = {stored(column.this) for part in (call, field.this) for column in part.find_all(exp.Column)}
    from_ = _origins(call, inner, subquery) | _deciding(_origins(field.this, inner, subquery))
    kept = [column for column in source.columns or () if column.name not in used]
    return [*kept, *(_column(name or "", typed._replace(nullable=True), from_) for name in names)]


def _called(value: exp.Expression) -> str | None:
    """An alias, or the text of a string with its quotes; of other values the name is not on the page."""
    if isinstance(value, exp.PivotAlias):
        alias = value.args.get("alias")
        return stored(alias) if isinstance(alias, exp.Identifier) else None
    return f"'{value.this}'" if isinstance(value, exp.Literal) and value.is_string else None


def _unpivot(source: Source, pivot: exp.Pivot, inner: Scope, subquery: Subquery) -> list[TypedColumn] | None:
    listed = [value.this if isinstance(value, exp.PivotAlias) else value for value in pivot.args["fields"][0].expressions]
    values, names = (_named(node) for node in (pivot.expressions[0], pivot.args["fields"][0].this))
    if values is None or names is None or not all(isinstance(item, exp.Column) for item in listed):
        return None
    typer = Typer(inner, subquery)
    turned = {stored(item.this) for item in listed}
    from_: Origins = NOTHING.union(*(_origins(item, inner, subquery) for item in listed))
    kept = [column for column in source.columns or () if column.name not in turned]
    label = family(varchar(), "the page of UNPIVOT does not say how long the column of names is")
    return [*kept, _column(names, label, NOTHING), _column(values, common([typer.of(item) for item in listed]), from_)]


def _named(node: exp.Expression) -> str | None:
    return stored(node if isinstance(node, exp.Identifier) else node.this) if isinstance(node, exp.Identifier | exp.Column) else None


_SHAPES = {False: _pivot, True: _unpivot}


def _origins(node: exp.Expression, inner: Scope, subquery: Subquery) -> Origins:
    return origins(node, inner, subquery) if inner.trace is not None else NOTHING


def _deciding(found: Origins) -> Origins:
    return frozenset(Dependency(item.object, item.column, Use.FILTER) for item in found)


def _column(name: str, typed: Typed, from_: Origins) -> TypedColumn:
    return TypedColumn(name, typed.type, typed.certainty, typed.reason, typed.nullable, from_)
