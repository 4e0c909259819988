"""User-defined functions in queries: what ``translate`` asks a scope for.

A function of a worker becomes a call of its DuckDB function (``python.py``). A SQL function's body is translated where it stands, in the
function's own database and schema, over a relation that holds the arguments; so its names and types are worked out by the rules of any
other query, and nothing is put together as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.errors import compilation
from snowpact.local.governance import access
from snowpact.local.governance.held import owner
from snowpact.local.routines.definition import Definition
from snowpact.local.routines.python import runtime
from snowpact.local.routines.resolve import Argument, chosen, cost, overloads, places_of, unknown
from snowpact.local.scope import NESTING, Scope, stored
from snowpact.local.scripting.values import Variable
from snowpact.local.translate.coerce import convert
from snowpact.local.translate.partitioned import arguments_in
from snowpact.local.translate.seam import Given, RelationColumns
from snowpact.local.translate.translator import Translator, translate_expression
from snowpact.local.translate.typed import Typed, call, case, cast, duck_type
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

ARGUMENTS = " arguments"
"""The relation that holds a SQL function's arguments; no identifier of a user's starts with a space."""


@dataclass(frozen=True)
class BodyScope(Scope):
    """The scope of a SQL function's body: that of its schema, and the relation of its arguments."""

    columns: tuple[Column, ...] = ()
    values: tuple[exp.Expression, ...] = ()

    def resolve(self, table: exp.Table) -> exp.Expression:
        if table.name != ARGUMENTS:
            return super().resolve(table)
        items = [
            exp.alias_(value.copy(), encode(column.name), quoted=True) for column, value in zip(self.columns, self.values, strict=True)
        ]
        return exp.Subquery(this=exp.select(*items))

    def lookup(self, name: Name) -> CatalogObject | None:
        if name.name != ARGUMENTS:
            return super().lookup(name)
        return CatalogObject(Kind.TABLE, name, self.columns)


@dataclass(frozen=True)
class ScalarCall:
    """A scalar function that a query names: ``translate.seam.Routine``. places: for each parameter its argument, None for the default."""

    definition: Definition
    scope: Scope
    places: tuple[int | None, ...]
    parameters: tuple[SnowflakeType, ...]
    returns: SnowflakeType

    @property
    def aggregate(self) -> bool:
        return self.definition.aggregate

    def call(self, arguments: list[exp.Expression], distinct: bool = False) -> exp.Expression:
        values = [
            _default(self.scope, self.definition, index) if place is None else arguments[place] for index, place in enumerate(self.places)
        ]
        if self.definition.aggregate:
            value = _of_group(self.scope, self.definition, values, distinct)
            return cast(value, "JSON") if self.returns.is_semi_structured else value
        if self.definition.language != "SQL":
            value = call(runtime(self.scope.session.engine).function(self.scope.session, self.definition), 0, *values)
            return cast(value, "JSON") if self.returns.is_semi_structured else value
        body = scalar_body(self.scope, self.definition, values)
        return _null_for_null(body, values) if self.definition.strict and values else body


def scalar(scope: Scope, name: Name, given: Given) -> ScalarCall | None:
    """The scalar function of that (possibly partial) name that takes such arguments; None where there is none."""
    labels, types = [label for label, _ in given], [type_ for _, type_ in given]
    definition = _one(scope, name, labels, types, table=False)
    if definition is None:
        return None
    assert definition.returns is not None
    places = places_of(definition, labels) or []
    by_argument = {place: parameter.type for place, parameter in zip(places, definition.parameters, strict=True) if place is not None}
    parameters = tuple(by_argument[place] for place in range(len(given)))
    return ScalarCall(definition, inside(scope, definition), tuple(places), parameters, definition.returns)


def table(scope: Scope, node: exp.Expression) -> tuple[exp.Expression, RelationColumns]:
    """The DuckDB relation of ``TABLE(call)`` and its columns; arguments are DuckDB expressions. Raises 002141 for an unknown function."""
    parts, inner = _parts(node)
    given = [(stored(item.this), item.expression) if isinstance(item, exp.Kwarg) else (None, item) for item in inner.expressions]
    name = Name(parts)
    partition = arguments_in(given[0][0]) if given else None
    labels = [label for label, _ in given] if partition is None else [None] * partition
    definition = _one(scope, name, labels, [None] * len(labels), table=True)
    if definition is None:
        return _procedure_rows(scope, name, given)
    if partition is not None:
        rows = _partition_rows(scope, definition, partition, given[0][1])
        return exp.Lateral(this=exp.Subquery(this=rows)), _columns(definition)
    places = places_of(definition, labels) or []
    own = inside(scope, definition)
    values = [
        _default(own, definition, index) if place is None else _argument(given[place][1], definition.parameters[index].type)
        for index, place in enumerate(places)
    ]
    lateral = any(value.find(exp.Column) for value in values)
    if lateral and definition.language == "JAVASCRIPT" and "finalize" in definition.body:
        raise UnsupportedFeature("a JavaScript table function with finalize that is called for each row, without PARTITION BY")
    query = _sql_rows(own, definition, values) if definition.language == "SQL" else _hosted_rows(own, definition, values)
    relation: exp.Expression = exp.Subquery(this=query)
    if lateral:
        relation = exp.Lateral(this=relation)
    return relation, _columns(definition)


def _procedure_rows(scope: Scope, name: Name, given: list[tuple[str | None, exp.Expression]]) -> tuple[exp.Expression, RelationColumns]:
    """``TABLE(procedure(…))``: the procedure runs, and its rows are selected from. It may only read, and takes constants
    (https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-selecting-from)."""
    from snowpact.local.querylog import rows_relation
    from snowpact.local.relation import described, duckdb_sql
    from snowpact.local.routines import procedures

    session, full = scope.session, scope.session.complete(name, scope)
    if not overloads(session, Kind.PROCEDURE, full):
        raise unknown(Kind.FUNCTION, name)
    arguments: list[Variable] = []
    for _, value in given:
        if value.find(exp.Column):
            raise UnsupportedFeature("a procedure in FROM whose arguments are columns")
        sql = duckdb_sql(exp.select(value))
        arguments.append(Variable(session.duck.execute(sql).fetchall()[0][0], described(session, sql)[0][1]))
    labels = [Argument(label, "") for label, _ in given]
    definition, values = chosen(session, Kind.PROCEDURE, full, labels, arguments)
    result = procedures.rows(session, definition, values)
    return rows_relation(session, f"_procedure_{session.engine.query_id()}", result)


def _columns(definition: Definition) -> RelationColumns:
    return {column.name: column.type for column in definition.columns or ()}


def inside(scope: Scope, definition: Definition) -> Scope:
    if scope.depth >= NESTING:
        raise compilation(f"function '{definition.call_name}' is nested too deeply", 1109, "42601")
    record = scope.session.engine.state.by_id.get(definition.id)
    rights = {"owner": owner(record) if record else scope.owner, "shared": scope.shared}
    return Scope(scope.session, definition.name.parts[0], definition.name.parts[1], scope.depth + 1, **rights)


def _parts(node: exp.Expression) -> tuple[tuple[str, ...], exp.Expression]:
    """The name's stored parts and the call itself."""
    parts: list[str] = []
    while isinstance(node, exp.Dot):
        parts += [stored(identifier) for identifier in node.this.find_all(exp.Identifier, bfs=False)]
        node = node.expression
    return (*parts, _function_name(node)), node


def _function_name(node: exp.Expression) -> str:
    if not isinstance(node, exp.Anonymous):
        raise UnsupportedFeature(f"table function {node.sql_name() if isinstance(node, exp.Func) else type(node).__name__}")
    return stored(node.this) if isinstance(node.this, exp.Identifier) else str(node.this).upper()


def _one(scope: Scope, name: Name, labels: Sequence[str | None], types: Sequence[SnowflakeType | None], table: bool) -> Definition | None:
    """The function that a call means: of those that take so many arguments the one whose types fit best."""
    try:
        full = scope.session.complete(name, scope)
    except StatementError:
        return None
    found = [
        (item, places)
        for item in overloads(scope.session, Kind.FUNCTION, full)
        if (item.columns is not None) == table and (places := places_of(item, labels)) is not None
    ]
    if len(found) > 1 and None in types:
        raise UnsupportedFeature(f"overloads of function {full} that take the same number of arguments, one of them of unknown type")
    if not found and any((item.columns is not None) == table for item in overloads(scope.session, Kind.FUNCTION, full)):
        raise _unfit(full, types)
    meant = _best(full, found, types) if len(found) > 1 else found[0][0] if found else None
    if meant is not None and not access.may_call(scope.session, scope.roles, meant.id):
        raise unknown(Kind.FUNCTION, full)
    return meant


def _best(name: Name, found: list[tuple[Definition, list[int | None]]], types: Sequence[SnowflakeType | None]) -> Definition:
    scored: list[tuple[int, Definition]] = []
    for item, places in found:
        costs = [cost(types[place], item.parameters[index].type) for index, place in enumerate(places) if place is not None]
        if None not in costs:
            scored.append((sum(value for value in costs if value), item))
    least = min((score for score, _ in scored), default=None)
    fitting = [item for score, item in scored if score == least]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise _unfit(name, types)
    raise compilation(f"call to '{name.name}' is ambiguous: {' and '.join(item.name.name for item in fitting)} fit", 1044, "42P13")


def _unfit(name: Name, types: Sequence[SnowflakeType | None]) -> StatementError:
    given = ", ".join(str(type_) for type_ in types)
    return compilation(f"Invalid argument types for function '{name.name}': ({given})", 1044, "42P13")


def _default(scope: Scope, definition: Definition, index: int) -> exp.Expression:
    parameter = definition.parameters[index]
    tree = scope.session.parse(f"SELECT {parameter.default}").expressions[0]
    return convert(translate_expression(tree, scope, {}), parameter.type).sql


def _argument(value: exp.Expression, type_: SnowflakeType) -> exp.Expression:
    """to_json leaves JSON as it is and makes JSON of anything else: what Snowflake's coercion to VARIANT does."""
    if type_.is_semi_structured:
        return call("to_json", value)
    return cast(value, duck_type(type_))


def _body_scope(scope: Scope, definition: Definition, values: Sequence[exp.Expression]) -> BodyScope:
    columns = tuple(Column(parameter.name, parameter.type) for parameter in definition.parameters)
    rights = {"owner": scope.owner, "invoker": scope.invoker, "shared": scope.shared, "guarded": scope.guarded}
    return BodyScope(scope.session, scope.database, scope.schema, scope.depth, columns, tuple(values), **rights)


def _body(definition: Definition) -> str:
    text = definition.body.strip().rstrip(";")
    if Cursor(text).peek() in {"BEGIN", "DECLARE"}:
        raise UnsupportedFeature("Snowflake Scripting in a function")
    return text


def _from_arguments(definition: Definition) -> str:
    return f' FROM "{ARGUMENTS}"' if definition.parameters else ""


def scalar_body(scope: Scope, definition: Definition, values: list[exp.Expression]) -> exp.Expression:
    """The body of a SQL function, or of a policy, over these arguments; scope is the function's own."""
    tree = scope.session.parse(f"SELECT ({_body(definition)}\n) AS R{_from_arguments(definition)}")
    translated, columns = Translator(_body_scope(scope, definition, values)).query(tree, None)
    assert definition.returns is not None and isinstance(translated, exp.Select)
    item = translated.expressions[0]
    value = Typed(exp.Paren(this=item.unalias()), (columns or {}).get("R"))
    result = convert(value, definition.returns).sql
    if not item.find(exp.Select) and _may_inline(item, definition, values):
        return _inlined(result, definition, values)
    translated.set("expressions", [exp.alias_(result, "R", quoted=True)])
    return exp.Subquery(this=translated)


def _may_inline(item: exp.Expression, definition: Definition, values: Sequence[exp.Expression]) -> bool:
    """Whether no argument that calls something would be evaluated more than once; a cast costs nothing worth mentioning."""
    for parameter, value in zip(definition.parameters, values, strict=True):
        uses = sum(column.name == encode(parameter.name) for column in item.find_all(exp.Column))
        if uses > 1 and any(not isinstance(node, exp.Cast) for node in value.find_all(exp.Func, exp.Subquery)):
            return False
    return True


def _inlined(result: exp.Expression, definition: Definition, values: Sequence[exp.Expression]) -> exp.Expression:
    by_name = {encode(parameter.name): value for parameter, value in zip(definition.parameters, values, strict=True)}

    def replace(node: exp.Expression) -> exp.Expression:
        return exp.Paren(this=by_name[node.name].copy()) if isinstance(node, exp.Column) and node.name in by_name else node

    return exp.Paren(this=result.transform(replace))


def _null_for_null(body: exp.Expression, values: Sequence[exp.Expression]) -> exp.Expression:
    missing = exp.or_(*(exp.Is(this=value.copy(), expression=exp.Null()) for value in values))
    return exp.Paren(this=case([(missing, exp.Null())], body))


def _sql_rows(scope: Scope, definition: Definition, values: list[exp.Expression]) -> exp.Select:
    """A SQL table function: its query beside its arguments, columns named and typed as declared."""
    text = f'SELECT q.* FROM "{ARGUMENTS}", LATERAL ({_body(definition)}\n) AS q' if definition.parameters else _body(definition)
    translated, columns = Translator(_body_scope(scope, definition, values)).query(scope.session.parse(text), None)
    declared = definition.columns or ()
    if columns is None or len(columns) != len(declared):
        made = len(columns) if columns is not None else "unknown"
        raise compilation(f"function '{definition.call_name}' declares {len(declared)} column(s), its query makes {made}", 2057, "42601")
    items = []
    for column, (name, type_) in zip(declared, columns.items(), strict=True):
        value = Typed(exp.column(exp.to_identifier(encode(name), quoted=True)), type_)
        items.append(exp.alias_(convert(value, column.type).sql, encode(column.name), quoted=True))
    return exp.select(*items).from_(exp.Subquery(this=translated, alias=exp.TableAlias(this=exp.to_identifier("body"))))


def _partition_rows(scope: Scope, definition: Definition, given: int, partition: exp.Expression) -> exp.Select:
    """A call for whole partitions; see ``translate.partitioned``."""
    if definition.language == "SQL" or given != len(definition.parameters):
        raise UnsupportedFeature("PARTITION BY of a SQL table function, or of a call with default arguments")
    return _hosted_rows(scope, definition, [cast(partition, "JSON")], partitioned=True)


def _hosted_rows(scope: Scope, definition: Definition, values: list[exp.Expression], partitioned: bool = False) -> exp.Select:
    function = runtime(scope.session.engine).function(scope.session, definition, "partition" if partitioned else "rows")
    rows = exp.select(exp.alias_(call("unnest", call(function, 0, *values)), "made"))
    items = [
        exp.alias_(call("struct_extract", exp.column("made"), encode(column.name)), encode(column.name), quoted=True)
        for column in definition.columns or ()
    ]
    return exp.select(*items).from_(exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("rows"))))


def _of_group(scope: Scope, definition: Definition, values: list[exp.Expression], distinct: bool) -> exp.Expression:
    """An aggregate function: Python is given the rows of each group as a list, which DuckDB's own aggregate makes.

    That is not marked as one: an account takes no OVER for a user's aggregate.
    """
    fields = [
        exp.PropertyEQ(this=exp.to_identifier(f"a{place}"), expression=cast(value, duck_type(parameter.type)))
        for place, (value, parameter) in enumerate(zip(values, definition.parameters, strict=True))
    ]
    row: exp.Expression = exp.Struct(expressions=fields)
    listed = exp.Anonymous(this="list", expressions=[exp.Distinct(expressions=[row]) if distinct else row])
    return call(runtime(scope.session.engine).function(scope.session, definition, "group"), 0, listed)
