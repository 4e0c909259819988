"""VARIANT, OBJECT and ARRAY: https://docs.snowflake.com/en/sql-reference/functions-semistructured.

Values are JSON text: keys in order, so that equal objects are equal texts; SQL NULL inside an array becomes JSON null. A date or
timestamp put into a VARIANT is text there, so TYPEOF gives VARCHAR for it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT, TRUTH, convert, is_json, json
from snowpact.local.translate.functions.literals import element
from snowpact.local.translate.functions.simple import arguments, as_text, as_variant, as_whole, simple
from snowpact.local.translate.paths import extract, steps_of
from snowpact.local.translate.star import is_star
from snowpact.local.translate.star import values as columns_of
from snowpact.local.translate.typed import NULL, TEMPORAL, Typed, call, cast, compile_error, refuse
from snowpact.model.types import ARRAY, BOOLEAN, FLOAT, OBJECT, VARIANT, SnowflakeType, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    # 1.912e2 is a DOUBLE and shown as 1.912000000000000e+02 (https://docs.snowflake.com/en/sql-reference/functions/typeof#examples)
    "_snow.double(x, j) AS CASE WHEN CAST(printf('%.15e', x) AS DOUBLE) = x THEN CAST(printf('%.15e', x) AS JSON) ELSE j END",
    # Through DuckDB's VARIANT keys come out in order; numbers of 16 digits and more would lose some there
    """_snow.canonical(j) AS CASE WHEN json_type(j) IN ('OBJECT', 'ARRAY') AND NOT regexp_matches(CAST(j AS VARCHAR), '[0-9.]{16}')
        THEN CAST(CAST(j AS VARIANT) AS JSON) WHEN json_type(j) IN ('OBJECT', 'ARRAY') THEN json(j)
        WHEN json_type(j) = 'DOUBLE' AND contains(lower(CAST(j AS VARCHAR)), 'e') THEN _snow.double(TRY_CAST(j AS DOUBLE), j) ELSE j END""",
    # TRUE, FALSE and NULL may be written so (https://docs.snowflake.com/en/sql-reference/functions/try_parse_json#examples): what stands
    # outside quotation marks in small letters
    r"""_snow.small(x) AS array_to_string(list_transform(regexp_extract_all(x, '"(?:\\.|[^"\\])*"|[^"]+|"'),
        lambda s: CASE WHEN starts_with(s, '"') THEN s ELSE lower(s) END), '')""",
    # behind a last comma Snowflake has one more element, which is undefined; DuckDB has none
    # (https://docs.snowflake.com/en/sql-reference/functions/typeof#examples)
    r"""_snow.whole(x) AS CASE WHEN regexp_matches(x, ',\s*[\]}]')
        AND regexp_matches(regexp_replace(x, '"(\\.|[^"\\])*"', '', 'g'), ',\s*[\]}]')
        THEN _snow.fail('SNOW:2:0A000:undefined, behind the last comma of a JSON')
        WHEN regexp_matches(x, '(^|[:\[,])\s*(TRUE|FALSE|NULL)\b') THEN _snow.small(x) ELSE x END""",
    "_snow.parse_any(x) AS _snow.canonical(CAST(nullif(trim(_snow.whole(x)), '') AS JSON))",
    "_snow.try_parse_any(x) AS _snow.canonical(TRY_CAST(nullif(trim(_snow.whole(x)), '') AS JSON))",
    # a key that comes twice is an error: it is gone, with its quotation marks, from what was made of the text
    "_snow.quotes(t) AS strlen(CAST(t AS VARCHAR)) - strlen(replace(CAST(t AS VARCHAR), '\"', ''))",
    """_snow.parse_json(x) AS CASE WHEN _snow.quotes(_snow.parse_any(x)) < _snow.quotes(x)
        THEN _snow.fail('SNOW:100069:22P02:Error parsing JSON: duplicate object attribute') ELSE _snow.parse_any(x) END""",
    "_snow.try_parse_json(x) AS CASE WHEN _snow.quotes(_snow.try_parse_any(x)) >= _snow.quotes(x) THEN _snow.try_parse_any(x) END",
    "_snow.element(v, i) AS CASE WHEN json_type(v) = 'ARRAY' AND i >= 0 THEN json_extract(v, '$[' || CAST(i AS BIGINT) || ']') END",
    "_snow.field(v, k) AS CASE WHEN json_type(v) = 'OBJECT' THEN json_extract(v, '/' || replace(replace(k, '~', '~0'), '/', '~1')) END",
    """_snow.object(ks, vs) AS to_json(map_from_entries(list_sort(list_filter(list_zip(ks, vs),
        lambda e: e[1] IS NOT NULL AND e[2] IS NOT NULL))))""",
    """_snow.object_keeping_null(ks, vs) AS to_json(map_from_entries(list_sort(list_filter(list_zip(ks, list_transform(vs,
        lambda v: coalesce(v, CAST('null' AS JSON)))), lambda e: e[1] IS NOT NULL))))""",
    # the values of an array as a list
    "_snow.items(a) AS CASE WHEN json_type(a) = 'ARRAY' THEN CAST(json_extract(a, '$[*]') AS JSON[]) END",
    "_snow.texts(a) AS list_transform(_snow.items(a), lambda e: json_extract_string(e, '$'))",
    "_snow.array(l) AS CASE WHEN l IS NOT NULL THEN to_json(l) END",
    """_snow.entries(o) AS CASE WHEN json_type(o) = 'OBJECT'
        THEN list_transform(json_keys(o), lambda k: {'k': k, 'v': _snow.field(o, k)}) END""",
    "_snow.from_entries(l) AS CASE WHEN l IS NOT NULL THEN to_json(map_from_entries(list_sort(l))) END",
    "_snow.array_size(a) AS len(_snow.items(a))",
    "_snow.array_contains(v, a) AS list_contains(_snow.items(a), v)",
    "_snow.array_position(v, a) AS nullif(list_position(_snow.items(a), v), 0) - 1",
    "_snow.array_append(a, v) AS _snow.array(list_concat(_snow.items(a), [v]))",
    "_snow.array_prepend(a, v) AS _snow.array(list_concat([v], _snow.items(a)))",
    "_snow.array_cat(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN _snow.array(list_concat(_snow.items(a), _snow.items(b))) END",
    """_snow.array_slice(a, f, t) AS _snow.array(list_slice(_snow.items(a),
        CASE WHEN f < 0 THEN f ELSE f + 1 END, CASE WHEN t < 0 THEN t - 1 ELSE t END))""",
    "_snow.array_compact(a) AS _snow.array(list_filter(_snow.items(a), lambda v: json_type(v) <> 'NULL'))",
    "_snow.compact(l) AS to_json(list_filter(l, lambda v: v IS NOT NULL))",
    """_snow.array_distinct(a) AS _snow.array(list_filter(_snow.items(a), lambda v, i: list_position(_snow.items(a), v) = i))""",
    "_snow.array_remove(a, v) AS CASE WHEN v IS NOT NULL THEN _snow.array(list_filter(_snow.items(a), lambda e: e <> v)) END",
    """_snow.array_flatten(a) AS CASE
        WHEN len(list_filter(_snow.items(a), lambda v: json_type(v) = 'NULL')) > 0 THEN NULL
        WHEN len(list_filter(_snow.items(a), lambda v: json_type(v) <> 'ARRAY')) > 0
            THEN _snow.fail('SNOW:100107:22000:Not an array: Input argument to ARRAY_FLATTEN is not an array of arrays')
        ELSE _snow.array(flatten(list_transform(_snow.items(a), lambda v: _snow.items(v)))) END""",
    "_snow.arrays_overlap(a, b) AS list_has_any(_snow.items(a), _snow.items(b))",
    """_snow.array_to_string(a, d) AS array_to_string(list_transform(_snow.items(a),
        lambda v: coalesce(json_extract_string(v, '$'), '')), d)""",
    "_snow.array_range(f, t) AS to_json(range(CAST(f AS BIGINT), CAST(t AS BIGINT)))",
    "_snow.object_keys(o) AS CASE WHEN json_type(o) = 'OBJECT' THEN to_json(list_sort(json_keys(o))) END",
    """_snow.object_insert(o, k, v) AS CASE
        WHEN k IS NULL OR o IS NULL THEN NULL
        WHEN list_contains(json_keys(o), k) THEN _snow.fail('SNOW:100087:22000:Duplicate field key ''' || k || '''')
        WHEN v IS NULL THEN o
        ELSE _snow.from_entries(list_concat(_snow.entries(o), [{'k': k, 'v': v}])) END""",
    """_snow.object_update(o, k, v) AS CASE WHEN k IS NULL OR o IS NULL THEN NULL
        WHEN v IS NULL THEN _snow.from_entries(list_filter(_snow.entries(o), lambda e: e.k <> k))
        ELSE _snow.from_entries(list_concat(list_filter(_snow.entries(o), lambda e: e.k <> k), [{'k': k, 'v': v}])) END""",
    "_snow.object_delete(o, ks) AS _snow.from_entries(list_filter(_snow.entries(o), lambda e: NOT list_contains(ks, e.k)))",
    "_snow.object_pick(o, ks) AS _snow.from_entries(list_filter(_snow.entries(o), lambda e: list_contains(ks, e.k)))",
    # https://docs.snowflake.com/en/sql-reference/functions/typeof
    """_snow.typeof(v) AS CASE json_type(v)
        WHEN 'NULL' THEN 'NULL_VALUE' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'UBIGINT' THEN 'INTEGER'
        WHEN 'DOUBLE' THEN CASE
            WHEN regexp_full_match(CAST(v AS VARCHAR), '-?[0-9]+(\\.0+)?') THEN 'INTEGER'
            WHEN regexp_matches(CAST(v AS VARCHAR), '[eE]') THEN 'DOUBLE' ELSE 'DECIMAL' END
        ELSE json_type(v) END""".replace("\\\\", "\\"),
    # An order of VARIANTs: numbers by value, then text, then the rest
    """_snow.sort_key(v) AS CASE WHEN v IS NOT NULL THEN {
        'kind': CASE WHEN json_type(v) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN 1 WHEN json_type(v) = 'VARCHAR' THEN 2 ELSE 3 END,
        'number': CASE WHEN json_type(v) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(v AS DOUBLE) END,
        'text': CASE WHEN json_type(v) NOT IN ('BIGINT', 'UBIGINT', 'DOUBLE')
            THEN coalesce(json_extract_string(v, '$'), CAST(v AS VARCHAR)) END } END""",
    # https://docs.snowflake.com/en/sql-reference/functions/get_ignore_case: an exact match first
    """_snow.get_ignore_case(v, k) AS coalesce(_snow.field(v, k), _snow.field(v,
        list_filter(json_keys(v), lambda name: lower(name) = lower(k))[1]))""",
    "_snow.is_null_value(v) AS json_type(v) = 'NULL'",
    "_snow.strip_null_value(v) AS CASE WHEN json_type(v) <> 'NULL' THEN v END",
    "_snow.check_json(x) AS CASE WHEN x IS NULL OR trim(x) = '' OR TRY_CAST(x AS JSON) IS NOT NULL THEN NULL ELSE 'not valid JSON' END",
    "_snow.is_type(v, names) AS list_contains(string_split(names, ' '), _snow.typeof(v))",
]


def _parse_json(translator: Translator, node: exp.Expression) -> Typed:
    """With parameter d, keys may come twice: https://docs.snowflake.com/en/sql-reference/functions/parse_json."""
    parameter = node.args.get("expression")
    if parameter is not None and parameter.name not in {"d", "s"}:
        refuse("PARSE_JSON with a parameter other than d and s")
    what = "any" if parameter is not None and parameter.name == "d" else "json"
    return Typed(call(f"_snow.{'try_' if node.args.get('safe') else ''}parse_{what}", as_text(translator.value(node.this)).sql), VARIANT)


def _list(nodes: list[exp.Expression], duck: str) -> exp.Expression:
    return cast(exp.Array(expressions=nodes), f"{duck}[]")


def _object(translator: Translator, pairs: list[tuple[Typed, Typed]], keep_null: bool) -> Typed:
    keys = _list([as_text(key).sql for key, _ in pairs], "VARCHAR")
    values = _list([json(value) for _, value in pairs], "JSON")
    return Typed(call("_snow.object_keeping_null" if keep_null else "_snow.object", keys, values), OBJECT)


def _object_construct(translator: Translator, node: exp.Expression) -> Typed:
    """OBJECT_CONSTRUCT and object constants leave out NULLs: https://docs.snowflake.com/en/sql-reference/functions/object_construct."""
    if len(node.expressions) == 1 and is_star(node.expressions[0]):
        return _row_object(translator, node.expressions[0], keep_null=False)
    pairs = []
    for pair in node.expressions:
        if not isinstance(pair, exp.PropertyEQ):
            refuse("an object constant that is no list of pairs")
        key = pair.this
        key_value = Typed(exp.Literal.string(key.this), TEXT) if isinstance(key, exp.Identifier) else translator.value(key)
        pairs.append((key_value, translator.value(pair.expression)))
    return _object(translator, pairs, keep_null=False)


def _star_object(translator: Translator, node: exp.Expression) -> Typed:
    return _row_object(translator, node.this, keep_null=False)


def _keep_null(translator: Translator, node: exp.Expression) -> Typed:
    nodes = node.expressions
    if len(nodes) == 1 and is_star(nodes[0]):
        return _row_object(translator, nodes[0], keep_null=True)
    pairs = [(translator.value(pair.this), translator.value(pair.expression)) for pair in nodes if isinstance(pair, exp.JSONKeyValue)]
    if len(pairs) != len(nodes):
        refuse("OBJECT_CONSTRUCT_KEEP_NULL of something that is no list of pairs")
    return _object(translator, pairs, keep_null=True)


def _row_object(translator: Translator, star: exp.Expression, keep_null: bool) -> Typed:
    """OBJECT_CONSTRUCT(*): every column that the star stands for."""
    found = columns_of(translator, star)
    for name, count in Counter(name for name, _ in found).items():
        if count > 1:
            compile_error(f"Duplicate field key '{name}'", 100061, "22000")
    pairs = [(Typed(exp.Literal.string(name), TEXT), value) for name, value in found]
    return _object(translator, pairs, keep_null)


def _array(translator: Translator, node: exp.Expression) -> Typed:
    values = [json(translator.value(item)) for item in node.expressions]
    return Typed(call("to_json", _list(values, "JSON")) if values else cast(exp.Literal.string("[]"), "JSON"), ARRAY)


def _compact_array(translator: Translator, node: exp.Expression) -> Typed:
    """SQL NULLs are left out; a JSON null is a value (https://docs.snowflake.com/en/sql-reference/functions/array_construct_compact)."""
    values = _list([json(translator.value(item)) for item in node.expressions], "JSON")
    return Typed(call("_snow.compact", values), ARRAY)


def _typeof(translator: Translator, node: exp.Expression) -> Typed:
    """What a VARIANT holds. A date or time that is cast on the spot is known; one that was stored in a VARIANT is text by now."""
    if isinstance(node.this, (exp.Cast, exp.ToVariant)):
        inner = translator.value(node.this.this.copy())
        if inner.base in TEMPORAL or inner.base == "TIME":
            return Typed(exp.Literal.string(inner.base), TEXT)
    return Typed(call("_snow.typeof", as_variant(translator.value(node.this)).sql), TEXT)


def _get(translator: Translator, node: exp.Expression) -> Typed:
    return element(translator.value(node.this), translator.value(node.expression))


def _path_text(translator: Translator, node: exp.Expression) -> Typed:
    """JSON_EXTRACT_PATH_TEXT of JSON text or VARIANT."""
    value = translator.value(node.this)
    if not isinstance(node.expression, exp.JSONPath):
        refuse("JSON_EXTRACT_PATH_TEXT with a path that is no literal")
    tree = value.sql if is_json(value.type) else call("_snow.parse_json", as_text(value).sql)
    return Typed(call("_snow.json_text", extract(tree, steps_of(node.expression))), TEXT)


def _insert(translator: Translator, node: exp.Expression) -> Typed:
    update = node.args.get("update_flag")
    if update is not None and not isinstance(update, exp.Boolean):
        refuse("OBJECT_INSERT with a flag that is no literal")
    name = "_snow.object_update" if update is not None and update.this else "_snow.object_insert"
    value = translator.value(node.args["value"])
    new = cast(exp.Null(), "JSON") if value.base == NULL.base else json(value)
    return Typed(call(name, translator.value(node.this).sql, as_text(translator.value(node.args["key"])).sql, new), OBJECT)


def _keys_function(macro: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        subject, *keys = [translator.value(argument) for argument in arguments(node)]
        if len(keys) == 1 and keys[0].base == "ARRAY":
            return Typed(call(macro, subject.sql, call("_snow.texts", keys[0].sql)), OBJECT)
        if any(is_json(key.type) for key in keys):
            refuse(f"function {node.name.upper()} with keys in a VARIANT")
        return Typed(call(macro, subject.sql, _list([as_text(key).sql for key in keys], "VARCHAR")), OBJECT)

    return rule


def _concat(translator: Translator, node: exp.Expression) -> Typed:
    first, *rest = [as_variant(value) for value in translator.values([node.this, *node.expressions])]
    result = first.sql
    for value in rest:
        result = call("_snow.array_cat", result, value.sql)
    return Typed(result, ARRAY)


def _contains(translator: Translator, node: exp.Expression) -> Typed:
    array, wanted = translator.value(node.this), as_variant(translator.value(node.expression))
    return Typed(call("_snow.array_contains", wanted.sql, array.sql), TRUTH)


def _as(to: SnowflakeType, *names: str) -> Rule:
    """AS_…: the value where the VARIANT holds that type, else NULL."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value = as_variant(translator.value(node.expressions[0]))
        if len(node.expressions) != 1:
            refuse(f"function {node.name.upper()} with a precision")
        test = call("_snow.is_type", value.sql, " ".join(names))
        return Typed(exp.Case(ifs=[exp.If(this=test, true=convert(Typed(value.sql.copy(), VARIANT), to).sql)]), to)

    return rule


def _as_number(translator: Translator, node: exp.Expression) -> Typed:
    """AS_NUMBER(variant [, precision [, scale]]): https://docs.snowflake.com/en/sql-reference/functions/as_decimal-number."""
    value, *sizes = node.expressions
    if not all(isinstance(size, exp.Literal) and not size.is_string for size in sizes):
        refuse(f"function {node.name.upper()} with a precision that is no literal")
    return _as(number(*(int(size.this) for size in sizes)), *_DECIMALS)(translator, exp.Anonymous(this=node.this, expressions=[value]))


def _is(*names: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
        return Typed(call("_snow.is_type", as_variant(translator.value(inner)).sql, " ".join(names)), TRUTH)

    return rule


_DECIMALS, _REALS = ("INTEGER", "DECIMAL"), ("INTEGER", "DECIMAL", "DOUBLE")

RULES = {
    exp.ParseJSON: _parse_json,
    exp.Struct: _object_construct,
    exp.StarMap: _star_object,
    exp.JSONObject: _keep_null,
    exp.Array: _array,
    exp.ArrayConstructCompact: _compact_array,
    exp.Typeof: _typeof,
    exp.IsNullValue: simple("_snow.is_null_value", BOOLEAN, as_variant),
    exp.StripNullValue: simple("_snow.strip_null_value", VARIANT, as_variant),
    exp.GetExtract: _get,
    exp.GetIgnoreCase: simple("_snow.get_ignore_case", VARIANT, as_variant, as_text, least=2, most=2),
    exp.JSONExtractScalar: _path_text,
    exp.JSONKeys: simple("_snow.object_keys", ARRAY, as_variant, most=1),
    exp.ObjectInsert: _insert,
    exp.JSONFormat: simple("_snow.json_print", TEXT, as_variant, most=1),
    exp.CheckJson: simple("_snow.check_json", TEXT, as_text),
    exp.IsArray: _is("ARRAY"),
    exp.ArraySize: simple("_snow.array_size", INTEGER, as_variant, most=1),
    exp.ArrayContains: _contains,
    exp.ArrayAppend: simple("_snow.array_append", ARRAY, as_variant),
    exp.ArrayPrepend: simple("_snow.array_prepend", ARRAY, as_variant),
    exp.ArrayConcat: _concat,
    exp.ArraySlice: simple("_snow.array_slice", ARRAY, as_variant, as_whole, as_whole, least=3, most=3),
    exp.ArrayCompact: simple("_snow.array_compact", ARRAY, as_variant),
    exp.ArrayDistinct: simple("_snow.array_distinct", ARRAY, as_variant),
    exp.ArrayRemove: simple("_snow.array_remove", ARRAY, as_variant),
    exp.Flatten: simple("_snow.array_flatten", ARRAY, as_variant),
    exp.ArrayOverlaps: simple("_snow.arrays_overlap", TRUTH, as_variant, most=2),
    exp.ArrayToString: simple("_snow.array_to_string", TEXT, as_variant, as_text, most=2),
    exp.ArrayPosition: lambda translator, node: Typed(
        call("_snow.array_position", as_variant(translator.value(node.expression)).sql, translator.value(node.this).sql), INTEGER
    ),
}
MACROS.append("_snow.json_print(v) AS CAST(v AS VARCHAR)")

NAMED = {
    "OBJECT_DELETE": _keys_function("_snow.object_delete"),
    "OBJECT_PICK": _keys_function("_snow.object_pick"),
    "AS_VARCHAR": _as(TEXT, "VARCHAR"),
    "AS_CHAR": _as(TEXT, "VARCHAR"),
    "AS_INTEGER": _as(number(), "INTEGER"),
    "AS_NUMBER": _as_number,
    "AS_DECIMAL": _as_number,
    "AS_DOUBLE": _as(FLOAT, *_REALS),
    "AS_REAL": _as(FLOAT, *_REALS),
    "AS_BOOLEAN": _as(BOOLEAN, "BOOLEAN"),
    "AS_ARRAY": _as(ARRAY, "ARRAY"),
    "AS_OBJECT": _as(OBJECT, "OBJECT"),
    "IS_VARCHAR": _is("VARCHAR"),
    "IS_CHAR": _is("VARCHAR"),
    "IS_INTEGER": _is("INTEGER"),
    "IS_DECIMAL": _is(*_DECIMALS),
    "IS_DOUBLE": _is(*_REALS),
    "IS_REAL": _is(*_REALS),
    "IS_BOOLEAN": _is("BOOLEAN"),
    "IS_OBJECT": _is("OBJECT"),
    "IS_ARRAY": _is("ARRAY"),
}
