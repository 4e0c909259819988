"""FLATTEN: https://docs.snowflake.com/en/sql-reference/functions/flatten, all six columns.

SEQ is told from the value that is flattened: equal values share one, which is why naming SEQ beside other tables is refused
(``sources.py``). PATH is spelled as Snowflake does, ``a.b[0]`` and ``['a key']``.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.local.translate.typed import Typed, call, cast, refuse
from snowpact.model.types import VARIANT, number, varchar

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
    """_snow.flatten(v, prefix, mode, keep, seq) AS TABLE
        SELECT s AS SEQ, e.k AS "KEY",
            _snow.path_join(prefix, coalesce(_snow.path_step(e.k), '[' || e.i || ']', '')) AS PATH,
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


def relation(value: Typed, prefix: str, outer: bool, recursive: bool, mode: str, alone: bool) -> exp.Expression:
    """The DuckDB table macro call; ``value`` may refer to tables before it in FROM, unless it stands ``alone``."""
    macro = "_snow.flatten_deep" if recursive else "_snow.flatten"
    sequence = (
        exp.Literal.number(1) if alone else exp.Mod(this=call("hash", cast(value.sql, "VARCHAR")), expression=exp.Literal.number(10**12))
    )
    return call(macro, value.sql, prefix, mode, exp.true() if outer else exp.false(), sequence)
