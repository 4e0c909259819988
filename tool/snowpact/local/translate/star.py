"""``*``, ``t.*`` with ILIKE, EXCLUDE, REPLACE and RENAME: https://docs.snowflake.com/en/sql-reference/sql/select."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import invalid_identifier, refuse
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def is_star(node: exp.Expression) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def translate(
    translator: Translator, node: exp.Expression, environment: Environment
) -> tuple[list[exp.Expression], RelationColumns | None]:
    """The projections for a star, and its columns where they are known."""
    table = stored(node.args["table"]) if isinstance(node, exp.Column) else None
    star = node.this if isinstance(node, exp.Column) else node
    if not environment.relations:
        invalid_identifier("*")
    relations = [relation for relation in environment.relations if table is None or relation.name == table]
    if table is not None and not relations:
        invalid_identifier(f"{table}.*")
    known = _columns(relations)
    if not any(star.args.get(part) for part in ("except_", "rename", "replace", "ilike")):
        return [_plain(translator, table)], known
    if known is None:
        return [_with_options(translator, star, table)], None
    return _spelled_out(translator, star, relations, environment)


def _columns(relations: list[Relation]) -> RelationColumns | None:
    result: dict[str, SnowflakeType | None] = {}
    for relation in relations:
        if relation.columns is None or relation.joined:
            return None
        for name, type_ in relation.columns.items():
            if name in result:
                return None
            result[name] = type_
    return result


def _plain(translator: Translator, table: str | None) -> exp.Expression:
    return exp.Star() if table is None else exp.Column(this=exp.Star(), table=translator.identifier(table))


def _spelled_out(
    translator: Translator, star: exp.Expression, relations: list[Relation], environment: Environment
) -> tuple[list[exp.Expression], RelationColumns]:
    """Every column by name, in order: ILIKE first, then EXCLUDE, REPLACE, RENAME."""
    excluded = {stored(_identifier(item)) for item in star.args.get("except_") or []}
    replaced = {stored(item.args["alias"]): item.this for item in star.args.get("replace") or []}
    renamed = {stored(_identifier(item.this)): stored(item.args["alias"]) for item in star.args.get("rename") or []}
    pattern = star.args.get("ilike")
    everything = {name for relation in relations for name in relation.columns or {}}
    for name in (*excluded, *replaced, *renamed):
        if name not in everything:
            invalid_identifier(name)
    projections: list[exp.Expression] = []
    columns: dict[str, SnowflakeType | None] = {}
    for relation in relations:
        for name, type_ in (relation.columns or {}).items():
            if name in excluded or (pattern is not None and not _like(name, pattern.name)):
                continue
            output = renamed.get(name, name)
            source: exp.Expression = exp.Column(
                this=translator.identifier(name), table=translator.identifier(relation.name) if relation.name else None
            )
            if name in replaced:
                value = translator.expression(replaced[name], environment)
                source, type_ = value.sql, value.type
            projections.append(exp.Alias(this=source, alias=translator.identifier(output)))
            columns[output] = type_
    return projections, columns


def _identifier(node: exp.Expression) -> exp.Expression:
    return node.this if isinstance(node, exp.Column) else node


def _like(name: str, pattern: str) -> bool:
    parts = (".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), name, re.IGNORECASE | re.DOTALL) is not None


def _with_options(translator: Translator, star: exp.Expression, table: str | None) -> exp.Expression:
    if star.args.get("replace") or star.args.get("ilike"):
        refuse("* REPLACE or ILIKE over columns that are not known")
    result = exp.Star()
    if star.args.get("except_"):
        result.set("except_", [translator.renamed(_identifier(item)) for item in star.args["except_"]])
    if star.args.get("rename"):
        result.set(
            "rename",
            [
                exp.Alias(this=translator.renamed(_identifier(item.this)), alias=translator.renamed(item.args["alias"]))
                for item in star.args["rename"]
            ],
        )
    return result if table is None else exp.Column(this=result, table=translator.identifier(table))
