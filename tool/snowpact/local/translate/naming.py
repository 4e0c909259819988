"""The name Snowflake gives an output column without an alias: the expression's text in upper case.

Spaces are those of sqlglot's printing, which need not be the author's: clients should alias what they read by name.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.local.translate.environment import stored


def spelled(node: exp.Expression) -> str:
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return stored(node.this)
    if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
        return f"{spelled(node.this)}::{node.to.sql(dialect='snowflake').upper()}"
    if isinstance(node, exp.JSONExtract) and node.args.get("variant_extract"):
        return f"{spelled(node.this)}:{_path(node.expression)}"
    return node.sql(dialect="snowflake").upper()


def _path(path: exp.Expression) -> str:
    text = ""
    for part in path.expressions:
        if isinstance(part, exp.JSONPathKey):
            text += ("." if text else "") + str(part.this).upper()
        elif isinstance(part, exp.JSONPathSubscript):
            text += f"[{part.this}]"
    return text
