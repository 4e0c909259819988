"""FLATTEN: https://docs.snowflake.com/en/sql-reference/functions/flatten, all six columns.

Beside other tables the rows before it carry their elements (``carried.py``). Where they can't, it is a lateral macro, which DuckDB
joins back on the value's text: SEQ is then told from the value, equal values share one, and naming it is refused (``sources.py``).
PATH is spelled as Snowflake does, ``a.b[0]`` and ``['a key']``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import is_json, json
from snowpact.local.translate.environment import Environment, stored
from snowpact.local.translate.paths import extract, parse_path
from snowpact.local.translate.typed import call, cast, compile_error, refuse
from snowpact.model.types import VARIANT, SnowflakeType, number, varchar

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

COLUMNS = {"SEQ": number(), "KEY": varchar(), "PATH": varchar(), "INDEX": number(), "VALUE": VARIANT, "THIS": VARIANT}

MACROS = [
    r"""_snow.path_step(k) AS CASE WHEN regexp_full_match(k, '[A-Za-z_][A-Za-z0-9_$]*') THEN k ELSE '[''' || k || ''']' END""",
    # from json_tree's spelling: $.a."b c"[0]
    r"""_snow.path_text(p) AS regexp_replace(regexp_replace(regexp_replace(p, '^\$', ''), '\."([^"]*)"', '[''\1'']', 'g'), '^\.', '')""",
    r"""_snow.path_join(prefix, p) AS CASE WHEN prefix = '' OR p = '' OR p[1] = '[' THEN prefix || p ELSE prefix || '.' || p END""",
    """_snow.container(v, mode) AS CASE
        WHEN json_type(v) = 'ARRAY' AND mode <> 'OBJECT' OR json_type(v) = 'OBJECT' AND mode <> 'ARRAY' THEN v END""",
    # an element that FLATTEN can't expand, or with nothing in it
    """_snow.is_barren(v, mode) AS coalesce(json_array_length(_snow.container(v, mode)), 0) = 0
        AND coalesce(len(json_keys(_snow.container(v, mode))), 0) = 0""",
    # once for each value, whatever it holds: a json_each of each would read the whole value again for each of its elements
    """_snow.elements(v, mode, keep) AS CASE
        WHEN keep AND _snow.is_barren(v, mode) THEN [{'k': CAST(NULL AS VARCHAR), 'i': CAST(NULL AS BIGINT), 'v': CAST(NULL AS JSON)}]
        WHEN json_type(_snow.container(v, mode)) = 'ARRAY'
        THEN list_transform(json_extract(v, '$[*]'), lambda x, n: {'k': CAST(NULL AS VARCHAR), 'i': n - 1, 'v': x})
        WHEN json_type(_snow.container(v, mode)) = 'OBJECT'
        THEN list_transform(list_zip(json_keys(v), json_extract(v, '$.*')),
            lambda x: {'k': x[1], 'i': CAST(NULL AS BIGINT), 'v': x[2]}) END""",
    "_snow.element_path(prefix, e) AS _snow.path_join(prefix, coalesce(_snow.path_step(e.k), '[' || e.i || ']', ''))",
    # LEFT JOIN: one element that is none
    "_snow.or_nothing(l) AS CASE WHEN len(l) > 0 THEN l ELSE [NULL] END",
    "_snow.node(key, idx, path, val, above) AS {'k': CAST(key AS VARCHAR), 'i': CAST(idx AS BIGINT), 'p': CAST(path AS VARCHAR), "
    "'v': CAST(val AS JSON), 'up': CAST(above AS BIGINT)}",
    "_snow.node_path(prefix, e) AS _snow.path_join(prefix, coalesce(e.p, ''))",
    "_snow.node_this(e, l, whole) AS CASE WHEN e.up IS NULL THEN whole ELSE list_extract(l, e.up).v END",
    """_snow.flatten(v, prefix, mode, keep, seq) AS TABLE
        SELECT s AS SEQ, e.k AS "KEY",
            _snow.element_path(prefix, e) AS PATH,
            CAST(e.i AS DECIMAL(38,0)) AS "INDEX", e.v AS "VALUE", whole AS THIS
        FROM (SELECT unnest(_snow.elements(v, mode, keep)) AS e, CAST(seq AS DECIMAL(38,0)) AS s, _snow.container(v, mode) AS whole)""",
    """_snow.flatten_deep(v, prefix, mode, keep, seq) AS TABLE
        SELECT CAST(seq AS DECIMAL(38,0)) AS SEQ,
            CASE WHEN e.fullkey[len(e.path) + 1] <> '[' THEN e.key END AS "KEY",
            _snow.path_join(prefix, _snow.path_text(e.fullkey)) AS PATH,
            CASE WHEN e.fullkey[len(e.path) + 1] = '[' THEN CAST(e.key AS DECIMAL(38,0)) END AS "INDEX",
            e.value AS "VALUE", json_extract(v, e.path) AS THIS
        FROM json_tree(_snow.container(v, mode)) e
        WHERE e.key IS NOT NULL
            AND (mode = 'BOTH' OR mode = 'OBJECT' AND NOT contains(e.fullkey, '[') OR mode = 'ARRAY' AND NOT contains(e.fullkey, '.'))
        UNION ALL
        SELECT seq, NULL, prefix, NULL, NULL, _snow.container(v, mode) WHERE keep AND _snow.is_barren(v, mode)""",
]

ARGUMENTS = ("INPUT", "PATH", "OUTER", "RECURSIVE", "MODE")


def arguments_of(call_: exp.Expression) -> dict[str, exp.Expression]:
    """FLATTEN's arguments by upper-case name, named or by position."""
    given = [call_.this, *call_.expressions] if call_.this is not None else list(call_.expressions)
    result: dict[str, exp.Expression] = {}
    for name, argument in zip(ARGUMENTS, given, strict=False):
        if isinstance(argument, exp.Kwarg):
            name, argument = argument.this.name.upper(), argument.expression
        if name not in ARGUMENTS:
            refuse(f"FLATTEN argument {name}")
        result[name] = argument
    return result


@dataclass(frozen=True, slots=True)
class Flattening:
    """A FLATTEN's arguments; ``value`` is a DuckDB expression of JSON."""

    value: exp.Expression
    prefix: str
    outer: bool
    recursive: bool
    mode: str


def read(translator: Translator, call_: exp.Expression, environment: Environment) -> Flattening:
    """The arguments, the input translated: it may refer to tables before it in FROM."""
    arguments = arguments_of(call_)
    if "INPUT" not in arguments:
        refuse("FLATTEN without INPUT")
    value = translator.expression(arguments["INPUT"], environment)
    tree = value.sql if is_json(value.type) else json(value)
    path = arguments["PATH"].name if "PATH" in arguments else ""
    tree = extract(tree, parse_path(path)) if path else tree
    mode = arguments["MODE"].name.upper() if "MODE" in arguments else "BOTH"
    if mode not in {"BOTH", "OBJECT", "ARRAY"}:
        compile_error(f"invalid value [{mode}] for parameter 'MODE'", 1008, "22023")  # number [M]
    return Flattening(tree, path, _flag(arguments.get("OUTER")), _flag(arguments.get("RECURSIVE")), mode)


def _flag(node: exp.Expression | None) -> bool:
    if node is not None and not isinstance(node, exp.Boolean):
        refuse("a FLATTEN flag that is no literal")
    return node is not None and bool(node.this)


def named(node: exp.Expression) -> tuple[str | None, dict[str, SnowflakeType | None]]:
    """The alias of a FLATTEN and its columns; a list of columns that sqlglot made up itself is taken away."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return None, dict(COLUMNS)
    if {stored(column) for column in alias.columns} == set(COLUMNS):
        alias.set("columns", [])
    names = [stored(column) for column in alias.columns]
    columns = dict(zip([*names, *list(COLUMNS)[len(names) :]], COLUMNS.values(), strict=False))
    return stored(alias.this) if alias.this is not None else None, columns


def relation(flattening: Flattening, alone: bool) -> exp.Expression:
    """The DuckDB table macro call as a lateral item; its value may refer to tables before it in FROM, unless it stands ``alone``."""
    macro = "_snow.flatten_deep" if flattening.recursive else "_snow.flatten"
    value, keep = flattening.value, exp.true() if flattening.outer else exp.false()
    sequence = exp.Literal.number(1) if alone else exp.Mod(this=call("hash", cast(value, "VARCHAR")), expression=exp.Literal.number(10**12))
    rows = call(macro, value.copy(), flattening.prefix, flattening.mode, keep, sequence)
    return exp.Lateral(this=exp.Subquery(this=exp.select("*").from_(exp.Table(this=rows))))
