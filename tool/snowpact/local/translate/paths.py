"""Paths into VARIANT: ``v:a.b[0]``, ``v['a']``, GET, GET_PATH. Keys are case-sensitive; what is not there is NULL.

https://docs.snowflake.com/en/user-guide/querying-semistructured#traversing-semi-structured-data
"""

from __future__ import annotations

import re

from sqlglot import exp

from snowpact.local.translate.typed import call, compile_error

Step = str | int

_STEP = re.compile(r"""\.?(?:([A-Za-z_][A-Za-z0-9_$]*)|"((?:[^"]|"")*)")|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]""")


def extract(node: exp.Expression, steps: list[Step]) -> exp.Expression:
    """The element of a JSON value at a path."""
    return call("json_extract", node, pointer(steps)) if steps else node


def pointer(steps: list[Step]) -> str:
    """DuckDB's path for the steps: JSONPath, or a JSON pointer (RFC 6901) where a key holds a double quote or is a lone ``*``.

    A pointer would take ``0`` for a key and an index alike.
    """
    if any(isinstance(step, str) and ('"' in step or step == "*") for step in steps):
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)


def steps_of(path: exp.Expression) -> list[Step]:
    """The steps of a path that sqlglot has parsed."""
    result: list[Step] = []
    for part in path.expressions:
        if isinstance(part, exp.JSONPathRoot):
            continue
        if not isinstance(part, (exp.JSONPathKey, exp.JSONPathSubscript)) or isinstance(part.this, exp.Expression):
            compile_error(f"path {path.sql()} is not understood")
        result.append(part.this)
    return result


def parse_path(text: str) -> list[Step]:
    """A path given as text, to FLATTEN and GET_PATH."""
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or match.end() == position:
            compile_error(f"invalid extraction path '{text}'")
        bare, quoted, index, single, double = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            key = next(found for found in (bare, quoted, single, double) if found is not None)
            steps.append(key.replace('""', '"') if quoted is not None else key)
        position = match.end()
    return steps
