"""Literals, names, variables, stars inside calls, and paths that read like names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TRUTH, is_json, number_literal
from snowpact.local.translate.environment import stored
from snowpact.local.translate.functions.routines import user_defined
from snowpact.local.translate.paths import extract, steps_of
from snowpact.local.translate.typed import NULL, Typed, call, compile_error, invalid_identifier, refuse
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import MAX_PRECISION, VARIANT, varchar

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _literal(translator: Translator, node: exp.Expression) -> Typed:
    if node.is_string:
        return Typed(exp.Literal.string(node.this), varchar(max(len(node.this), 1)))
    return number_literal(_plain(node.this))


def _plain(spelled: str) -> str:
    """A constant whose exponent only moves its point to the right, written out: 1e10 is NUMBER(11,0)
    (https://docs.snowflake.com/en/sql-reference/functions/system_typeof). Any other with an exponent stays FLOAT [M]."""
    digits, _, exponent = spelled.lower().partition("e")
    whole, _, fraction = digits.partition(".")
    moved = int(exponent or 0)
    if not exponent or moved < 0 or len(whole) + max(moved, len(fraction)) > MAX_PRECISION:
        return spelled
    written = whole + fraction[:moved].ljust(moved, "0")
    return f"{written}.{fraction[moved:]}" if len(fraction) > moved else written


def _raw_string(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(exp.Literal.string(node.this), varchar(max(len(node.this), 1)))


def _column(translator: Translator, node: exp.Expression) -> Typed:
    identifier = node.this
    if isinstance(identifier, exp.Parameter):
        return _position(translator, identifier, stored(node.args["table"]))
    if not isinstance(identifier, exp.Identifier):
        refuse(f"a column that is a {type(identifier).__name__}")
    name = stored(identifier)
    table = stored(node.args["table"]) if node.args.get("table") else None
    environment = translator.environment
    if table is not None and name in {"NEXTVAL", "CURRVAL"}:
        refuse(f"sequence {name}")
    relation, type_ = environment.find(table, name, ".".join(part for part in (table, name) if part))
    if relation is not None and name in relation.refused:
        refuse(relation.refused[name])
    if relation is None and table is None and name in environment.spelled:
        return Typed(exp.Paren(this=environment.spelled[name].copy()), type_)
    if relation is not None and (relation.carrier or (table is None and environment.may_mislead(relation, name))):
        return Typed(translator.column(relation, name), type_)
    return Typed(exp.Column(this=translator.identifier(name), table=translator.identifier(table) if table else None), type_)


def _parameter(translator: Translator, node: exp.Expression) -> Typed:
    inner = node.this
    if isinstance(inner, exp.Literal):
        return _position(translator, node, None)
    name = stored(inner)
    try:
        value = translator.scope.variable(name)
    except KeyError:
        value = None
    if value is None:
        compile_error(f"Session variable '${name}' does not exist", 1000, "42601")
    return translator.value(value if isinstance(value, exp.Expression) else exp.convert(value))


def _position(translator: Translator, node: exp.Expression, table: str | None) -> Typed:
    """``$1``: a column by its place in the one relation (https://docs.snowflake.com/en/sql-reference/constructs/values)."""
    index = int(node.this.name)
    relations = [relation for relation in translator.environment.relations if table in (None, relation.name)]
    if len(relations) != 1 or relations[0].columns is None:
        refuse(f"column ${index} of a relation whose columns are not known")
    names = list(relations[0].columns)
    if not 1 <= index <= len(names):
        invalid_identifier(f"${index}")
    key = names[index - 1]
    return Typed(translator.column(relations[0], key), relations[0].columns[key])


def _json_extract(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    path = node.expression
    if not isinstance(path, exp.JSONPath):
        refuse("GET_PATH with a path that is no literal")
    _require_json(value)
    return Typed(extract(value.sql, steps_of(path)), VARIANT)


def _require_json(value: Typed) -> None:
    """A path leads into semi-structured values alone, of which text that holds JSON is none: an error and no NULL, its number [M].

    https://docs.snowflake.com/en/sql-reference/functions/get: the types of its first argument. A bare NULL may be one.
    """
    if value.type is None:
        refuse("a path into an expression of unknown type")
    if not is_json(value.type) and value.type != NULL:
        compile_error(f"Invalid argument types for function 'GET': ({value.type}, VARCHAR)", 1044, "42P13")


def _bracket(translator: Translator, node: exp.Expression) -> Typed:
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        refuse("a subscript that is no single element")
    return element(translator.value(node.this), translator.value(node.expressions[0]))


def element(value: Typed, key: Typed) -> Typed:
    """``value[key]``: an element by index, a field by (case-sensitive) name."""
    _require_json(value)
    if key.literal is not None:
        return Typed(extract(value.sql, [key.literal]), VARIANT)
    if isinstance(key.sql, exp.Literal):
        return Typed(extract(value.sql, [int(key.sql.this)]), VARIANT)
    if key.base == "NUMBER":
        return Typed(call("_snow.element", value.sql, key.sql), VARIANT)
    if key.base == "VARCHAR":
        return Typed(call("_snow.field", value.sql, key.sql), VARIANT)
    raise UnsupportedFeature(f"a subscript of type {key.type}")


def dot(translator: Translator, node: exp.Expression) -> Typed:
    """``v[0].a`` is a path; ``schema.f(x)`` a user's function."""
    parts: list[exp.Expression] = []
    inner: exp.Expression = node
    while isinstance(inner, exp.Dot):
        parts.insert(0, inner.expression)
        inner = inner.this
    if isinstance(parts[-1], (exp.Anonymous, exp.Func)) and isinstance(inner, exp.Identifier):
        names = (stored(inner), *(stored(part) for part in parts[:-1]))
        return user_defined(translator, (*names, parts[-1].name.upper()), parts[-1])
    value = translator.value(inner)
    if not is_json(value.type) or not all(isinstance(part, exp.Identifier) for part in parts):
        refuse("a dot after an expression that is no VARIANT")
    return Typed(extract(value.sql, [part.this for part in parts]), VARIANT)


RULES = {
    exp.Literal: _literal,
    exp.RawString: _raw_string,
    exp.National: _raw_string,
    exp.Null: lambda translator, node: Typed(exp.Null(), NULL),
    exp.Boolean: lambda translator, node: Typed(node, TRUTH),
    exp.Column: _column,
    exp.Identifier: lambda translator, node: _column(translator, exp.Column(this=node)),
    exp.Parameter: _parameter,
    exp.JSONExtract: _json_extract,
    exp.Bracket: _bracket,
}
