"""FROM: tables, subqueries, VALUES, FLATTEN, table functions, joins."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.model.catalog import Kind
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import VARIANT, number, varchar
from snowpact.sql.typing.common import common
from snowpact.sql.typing.lineage import NOTHING, Origins, Use, origins
from snowpact.sql.typing.pivots import pivoted
from snowpact.sql.typing.scope import Scope
from snowpact.sql.typing.source import Source
from snowpact.sql.typing.spelling import function_name, spelled, stored
from snowpact.sql.typing.typed import Certainty, Typed, TypedColumn, family, unknown
from snowpact.sql.typing.typer import Typer, dotted_name

Subquery = Callable[[exp.Expression, Scope], list[TypedColumn]]

_NARROW = (Certainty.FAMILY, "the page of FLATTEN names the column and not its type")
FLATTEN = [
    TypedColumn("SEQ", number(), *_NARROW, nullable=False),
    TypedColumn("KEY", varchar(), *_NARROW),
    TypedColumn("PATH", varchar(), *_NARROW),
    TypedColumn("INDEX", number(), *_NARROW),
    TypedColumn("VALUE", VARIANT),
    TypedColumn("THIS", VARIANT, *_NARROW),
]
"""https://docs.snowflake.com/en/sql-reference/functions/flatten. VALUE is for an unstructured input; see ``_flattened``."""

_SPLIT = (Certainty.FAMILY, "the page of SPLIT_TO_TABLE names the column and not its length or precision")
SPLIT_TO_TABLE = [
    TypedColumn("SEQ", number(), *_SPLIT, nullable=False),
    TypedColumn("INDEX", number(), *_SPLIT, nullable=False),
    TypedColumn("VALUE", varchar(), *_SPLIT),
]


class FromReader:
    """Adds the sources of one SELECT to its scope, from left to right: a lateral one sees those before it."""

    def __init__(self, scope: Scope, subquery: Subquery):
        self.scope, self.subquery = scope, subquery

    def read(self, select: exp.Select) -> None:
        if select.args.get("match"):
            self.scope.sources.append(Source(None, None, "MATCH_RECOGNIZE is not read"))
            return
        start = select.args.get("from_")
        if start is not None:
            self.add(start.this)
        for join in select.args.get("joins") or ():
            self._join(join)
        for lateral in select.args.get("laterals") or ():
            self.add(lateral)

    def _join(self, join: exp.Join) -> None:
        before = len(self.scope.sources)
        self.add(join.this)
        left, right = self.scope.sources[:before], self.scope.sources[before:]
        if join.kind in {"SEMI", "ANTI"}:
            del self.scope.sources[before:]
            return
        self._merge(join, left, right)
        for source in (*(left if join.side in {"RIGHT", "FULL"} else ()), *(right if join.side in {"LEFT", "FULL"} else ())):
            source.make_nullable()
        self._trace_join(join)

    def _trace_join(self, join: exp.Join) -> None:
        trace = self.scope.trace
        if trace is None:
            return
        for condition in (join.args.get("on"), join.args.get("match_condition")):
            if isinstance(condition, exp.Expression):
                trace.decide(origins(condition, self.scope, self.subquery), Use.JOIN)
        for item in join.args.get("using") or ():
            merged = stored(item) or ""
            trace.said.add(merged)
            for source in self.scope.sources:
                column = source.column(merged)
                if column is not None:
                    trace.decide(column.origins, Use.JOIN)

    def _merge(self, join: exp.Join, left: list[Source], right: list[Source]) -> None:
        """USING and NATURAL JOIN show a merged column once."""
        names = {stored(item) for item in join.args.get("using") or ()}
        if join.method == "NATURAL":
            known = {column.name for source in left for column in source.columns or ()}
            names = {column.name for source in right for column in source.columns or () if column.name in known}
        for source in right:
            source.joined |= {name for name in names if name is not None}

    def add(self, node: exp.Expression) -> None:
        """One item of FROM with the joins that sqlglot hangs on it."""
        if isinstance(node, exp.Subquery) and node.args.get("alias") is None and _is_source(node.this):  # (a JOIN b ON …)
            self.add(node.this)
            for join in node.args.get("joins") or ():
                self._join(join)
            return
        source = self._source(node)
        if node.args.get("pivots"):
            alias = node.args["pivots"][0].args.get("alias")
            source = pivoted(source, node.args["pivots"], self.scope, self.subquery)
            source = _renamed(source, [stored(item) for item in alias.columns] if alias is not None else [])
        self.scope.sources.append(source)
        for join in node.args.get("joins") or ():
            self._join(join)

    def _source(self, node: exp.Expression) -> Source:
        alias = node.args.get("alias")
        name = stored(alias.this) if alias is not None and alias.this is not None else None
        if isinstance(node, exp.Table):
            source = self._table(node)
        elif isinstance(node, exp.Values):
            source = Source(None, self._values(node))
        elif isinstance(node, exp.Subquery | exp.Query):
            source = Source(None, self.subquery(node.this if isinstance(node, exp.Subquery) else node, self._before()))
        elif isinstance(node, exp.Lateral | exp.TableFromRows):
            source = self._function(node.this)
        else:
            source = Source(None, None, f"{type(node).__name__} in FROM is not read")
        source.alias = name or source.alias
        columns = [stored(item) for item in alias.columns] if alias is not None else []
        return _renamed(source, columns)

    def _before(self) -> Scope:
        """The scope of a lateral subquery: it sees the sources to its left. One that is not lateral never names them."""
        return self.scope.child()

    def _table(self, node: exp.Table) -> Source:
        if node.args.get("changes"):
            return Source(stored(node.this), None, "CHANGES is not read")
        if not isinstance(node.this, exp.Identifier):
            if isinstance(node.this, exp.Anonymous | exp.Func):
                return self._function(node.this)
            return Source(None, None, f"{spelled(node.this)} in FROM is not read")
        parts = [stored(part) for part in (node.args.get("catalog"), node.args.get("db"), node.this) if part is not None]
        if len(parts) == 1 and parts[0] in self.scope.ctes:
            return Source(parts[0], list(self.scope.ctes[parts[0]]))
        name = self._complete(Name(tuple(part or "PUBLIC" for part in parts)))
        found = self.scope.lookup(name)
        self._note(name if found is None else found.name, missing=found is None)
        if found is None or not found.columns:
            return Source(name.name, None, f"the columns of {name} are not known", absent=name if found is None else None)
        return Source.of(found, name.name, open=found.kind not in _CLOSED, traced=self.scope.trace is not None)

    def _note(self, name: Name, missing: bool = False) -> None:
        if self.scope.trace is not None:
            self.scope.trace.objects[name] = None
            if missing:
                self.scope.trace.missing[name] = None

    def _complete(self, name: Name) -> Name:
        session = self.scope.session
        if len(name.parts) == 1 and session.schema is not None:
            name = Name((session.schema, *name.parts))
        if len(name.parts) == 2 and session.database is not None:
            name = Name((session.database, *name.parts))
        return name

    def _values(self, node: exp.Values) -> list[TypedColumn]:
        """COLUMN1, COLUMN2, …: over several rows the common type (https://docs.snowflake.com/en/sql-reference/constructs/values)."""
        typer = Typer(self.scope, self.subquery)
        rows = [[typer.of(item) for item in row.expressions] for row in node.expressions]
        columns = [common(column) for column in zip(*rows, strict=False)]
        return [column_of(f"COLUMN{index}", typed) for index, typed in enumerate(columns, 1)]

    def _flattened(self, node: exp.Explode) -> list[TypedColumn]:
        """A value inside VARIANT, OBJECT or ARRAY is VARIANT; inside a structured type it has the type declared there
        (https://docs.snowflake.com/en/sql-reference/data-types-structured)."""
        arguments = [node.this, *node.expressions]
        named = [item for item in arguments if isinstance(item, exp.Kwarg) and item.name.upper() == "INPUT"]
        given = Typer(self.scope, self.subquery).of(named[0].expression if named else node.this)
        if given.base in {"VARIANT", "OBJECT", "ARRAY"} and not given.type.is_structured:
            return list(FLATTEN)
        value = family(VARIANT, given.reason or "FLATTEN of an expression of unknown type")
        if given.base:
            value = unknown("FLATTEN of a structured type")
        return [column_of("VALUE", value) if column.name == "VALUE" else column for column in FLATTEN]

    def _function(self, node: exp.Expression) -> Source:
        if isinstance(node, exp.Window):
            node = node.this
        if isinstance(node, exp.Explode):
            return Source(None, self._fed(self._flattened(node), node))
        if isinstance(node, exp.SplitToTable):
            return Source(None, self._fed(list(SPLIT_TO_TABLE), node))
        if isinstance(node, exp.Generator):
            return Source(None, [])
        if isinstance(node, exp.Subquery):
            return Source(None, self.subquery(node.this, self._before()))
        typer = Typer(self.scope, self.subquery)
        if isinstance(node, exp.Anonymous) and node.name.upper() == "RESULT_SCAN":
            return Source(None, None, "what RESULT_SCAN gives is known when it runs")
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
            name, arguments = dotted_name(node, self.scope), node.expression.expressions
        elif isinstance(node, exp.Anonymous):
            try:
                name, arguments = self._complete(Name.parse(function_name(node))), node.expressions
            except NameSyntaxError:
                return Source(None, None, "a table function that is not read")
        else:
            return Source(None, None, f"{type(node).__name__} in FROM is not read")
        found = typer.function(name, [typer.of(item) for item in arguments])
        if found is not None:
            self._note(found.name)
        if found is None or not found.columns:
            return Source(None, None, f"the columns of the table function {name.name} are not known")
        return Source(None, self._fed([TypedColumn(item.name, item.type, item.certainty, item.reason) for item in found.columns], node))

    def _fed(self, columns: list[TypedColumn], call: exp.Expression) -> list[TypedColumn]:
        """The columns of a table function come from what it is given."""
        if self.scope.trace is None:
            return columns
        given = origins(call, self.scope, self.subquery)
        return [column._replace(origins=given) for column in columns] if given else columns


_CLOSED = frozenset({Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE, Kind.HYBRID_TABLE})
"""Kinds that have no columns beside those that are declared: not external tables, which also have VALUE."""


def _is_source(node: exp.Expression) -> bool:
    """Whether brackets hold an item of FROM, perhaps with its joins, rather than a query."""
    if isinstance(node, exp.Subquery):
        return node.args.get("alias") is not None or bool(node.args.get("joins"))
    return isinstance(node, exp.Table | exp.TableFromRows | exp.Lateral)


def column_of(name: str, typed: Typed, known: Origins = NOTHING) -> TypedColumn:
    return TypedColumn(name, typed.type, typed.certainty, typed.reason, typed.nullable, known)


def _renamed(source: Source, names: list[str | None]) -> Source:
    """``AS t (a, b)``: other names for the columns."""
    if not names:
        return source
    if source.columns is None:
        source.columns = [column_of(name or "", unknown(source.reason)) for name in names]
    elif len(names) == len(source.columns):
        source.columns = [column._replace(name=name or column.name) for column, name in zip(source.columns, names, strict=True)]
    else:
        source.columns, source.reason = None, "a list of column names of another length than the columns"
    return source
