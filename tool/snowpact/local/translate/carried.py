"""FLATTEN beside other tables: each row before it carries its elements.

``FROM a, b, LATERAL FLATTEN(INPUT => a.l) f`` becomes one derived table, whose rows are those of ``a, b`` with UNNEST of the elements in
its SELECT list. As a lateral join DuckDB would join back on the array's text as soon as a filter on ``f`` stands between, once for each
element: time and memory with the square of the array. The columns of ``a``, ``b`` and ``f`` are named ``<place> <column>`` in the derived
table; their relations know it (``Relation.carrier``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import flatten
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.typed import DUCKDB, call, case, cast

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

_VALUE, _LIST, _ELEMENT, _ROW = "~ value", "~ list", "~ element", "~ row"
"""Names of the derived table's own; no column of a user's is encoded like that (``local/encoding.py``)."""

_WALK = """
    WITH RECURSIVE "~ rows" AS MATERIALIZED (SELECT 1),
    "~ walk" AS (
        SELECT "~ row", [o] AS way, c.k AS k, c.i AS i, _snow.element_path('', c) AS p, c.v AS v
        FROM (SELECT "~ row", unnest(l) AS c, unnest(range(len(l))) AS o
            FROM (SELECT "~ row", _snow.elements("~ value", '{mode}', false) AS l FROM "~ rows"))
        UNION ALL
        SELECT "~ row", list_append(way, o), c.k, c.i, _snow.element_path(p, c), c.v
        FROM (SELECT "~ row", way, p, unnest(l) AS c, unnest(range(len(l))) AS o
            FROM (SELECT "~ row", way, p, _snow.elements(v, '{mode}', false) AS l FROM "~ walk"))
    ),
    "~ ranked" AS MATERIALIZED (SELECT *, row_number() OVER (PARTITION BY "~ row" ORDER BY way) AS place FROM "~ walk"),
    "~ nodes" AS (
        SELECT w."~ row", list(_snow.node(w.k, w.i, w.p, w.v, above.place) ORDER BY w.place) AS l
        FROM "~ ranked" AS w LEFT JOIN "~ ranked" AS above ON above."~ row" = w."~ row" AND above.way = w.way[1 : len(w.way) - 1]
        GROUP BY w."~ row"
    )
    SELECT r.*, coalesce(n.l, CASE WHEN {keep} THEN [_snow.node(NULL, NULL, NULL, NULL, NULL)] END) AS "~ list"
    FROM "~ rows" AS r LEFT JOIN "~ nodes" AS n ON n."~ row" = r."~ row"
"""
"""RECURSIVE: every element below a row's value in the order of the text, with its path and the place of the one that it stands in."""


def applies(join: exp.Join, joins: list[exp.Join], environment: Environment) -> bool:
    """Whether an item of FROM is a FLATTEN whose rows those before it can carry: all their columns known, each by a name of its own."""
    if not isinstance(join.this, (exp.Lateral, exp.TableFromRows)) or not isinstance(join.this.this, exp.Explode):
        return False
    condition = join.args.get("on")
    if join.method or join.side not in {"", "LEFT"} or (condition is not None and condition != exp.true()):
        return False
    if any(other.args.get("using") or other.method == "NATURAL" for other in joins):
        return False
    if environment.parent is not None and any(level.relations for level in environment.parent.levels()):
        return False
    names = [relation.name for relation in environment.relations if relation.name is not None]
    return len(names) == len(set(names)) and all(relation.columns is not None for relation in environment.relations)


def unnested(translator: Translator, join: exp.Join, tree: exp.Select, joins: list[exp.Join], environment: Environment) -> exp.Subquery:
    """The derived table in place of everything so far, FROM with ``joins``, and the FLATTEN after it. All their relations are carried by it
    from here on."""
    flattening = flatten.read(translator, join.this.this, environment)
    kept = [
        exp.Alias(this=translator.column(relation, column), alias=translator.identifier(f"{place} {column}"))
        for place, relation in enumerate(environment.relations)
        for column in relation.columns or {}
    ]
    numbered = _is_numbered(tree, flattening, flatten.named(join.this)[1])
    rows = _rows(flattening, kept, numbered)
    rows.set("from_", exp.From(this=tree.args["from_"].this))
    rows.set("joins", joins)
    return _carried(translator, join.this, flattening, _spread(flattening, rows, join.side == "LEFT"), numbered, environment)


def alone(translator: Translator, node: exp.Expression, flattening: flatten.Flattening, environment: Environment) -> exp.Subquery:
    """A FLATTEN with no relation before it, of a value that no column is part of."""
    return _carried(translator, node, flattening, _spread(flattening, _rows(flattening, [], True), False), True, environment)


def _is_numbered(tree: exp.Select, flattening: flatten.Flattening, columns: Iterable[str]) -> bool:
    """Whether rows need numbers: for SEQ, the first of the columns, where the query may name it. DuckDB filters no row before it has
    numbered all."""
    stars = (node for node in tree.find_all(exp.Star) if not isinstance(node.parent, exp.Count))
    names = {stored(node.this) if isinstance(node.this, exp.Identifier) else "$" for node in tree.find_all(exp.Column)}
    return flattening.recursive or bool({next(iter(columns)), "$"} & names) or any(stars) or tree.find(exp.Parameter) is not None


def _rows(flattening: flatten.Flattening, kept: list[exp.Expression], numbered: bool) -> exp.Select:
    """The input's rows with what may be told of their elements."""
    value = _alias(call("_snow.container", flattening.value, flattening.mode), _VALUE)
    number = [_alias(exp.Window(this=call("row_number")), _ROW)] if numbered else []
    return exp.Select(expressions=[*kept, value, *number])


def _carried(
    translator: Translator,
    node: exp.Expression,
    flattening: flatten.Flattening,
    spread: exp.Select,
    numbered: bool,
    environment: Environment,
) -> exp.Subquery:
    name, columns = flatten.named(node)
    (alias, shown), last = translator.unnamed(), len(environment.relations)
    names = [f"{place} {column}" for place, relation in enumerate(environment.relations) for column in relation.columns or {}]
    for place, relation in enumerate(environment.relations):
        relation.carrier = (alias, place)
    refused = {} if numbered else {next(iter(columns)): "SEQ where no text names it"}
    environment.relations.append(Relation(name, columns, refused, carrier=(alias, last)))
    cells = zip(columns, _cells(flattening, numbered), strict=True)
    told = [exp.Alias(this=cell, alias=translator.identifier(f"{last} {column}")) for column, cell in cells]
    passed = [exp.Column(this=translator.identifier(name)) for name in names]
    return exp.Subquery(this=exp.select(*passed, *told).from_(exp.Subquery(this=spread)), alias=exp.TableAlias(this=shown))


def _spread(flattening: flatten.Flattening, rows: exp.Select, is_left: bool) -> exp.Select:
    """The rows, once for each element; for a LEFT JOIN also those without any."""
    if flattening.recursive:
        lists = exp.maybe_parse(_WALK.format(mode=flattening.mode, keep=str(flattening.outer).lower()), dialect=DUCKDB)
        lists.args["with_"].expressions[0].set("this", rows)
    else:
        keep = exp.true() if flattening.outer else exp.false()
        listed = call("_snow.elements", _column(_VALUE), flattening.mode, keep)
        lists = exp.select(exp.Star(), _alias(listed, _LIST)).from_(exp.Subquery(this=rows))
    elements = call("_snow.or_nothing", _column(_LIST)) if is_left else _column(_LIST)
    return exp.select(exp.Star(), _alias(call("unnest", elements), _ELEMENT)).from_(exp.Subquery(this=lists))


def _cells(flattening: flatten.Flattening, numbered: bool) -> list[exp.Expression]:
    """SEQ, KEY, PATH, INDEX, VALUE and THIS of an element; NULLs where a LEFT JOIN found none."""
    element, deep = _column(_ELEMENT), flattening.recursive
    path = call("_snow.node_path" if deep else "_snow.element_path", flattening.prefix, element.copy())
    this = call("_snow.node_this", element.copy(), _column(_LIST), _column(_VALUE)) if deep else _column(_VALUE)
    return [
        _where_any(cast(_column(_ROW) if numbered else exp.Null(), "DECIMAL(38,0)")),
        call("struct_extract", element.copy(), "k"),
        _where_any(path),
        cast(call("struct_extract", element.copy(), "i"), "DECIMAL(38,0)"),
        call("struct_extract", element.copy(), "v"),
        _where_any(this),
    ]


def _where_any(cell: exp.Expression) -> exp.Case:
    return case([(exp.Not(this=exp.Is(this=_column(_ELEMENT), expression=exp.Null())), cell)])


def _column(name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def _alias(node: exp.Expression, name: str) -> exp.Alias:
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))
