"""``*``, ``t.*`` with ILIKE, EXCLUDE, REPLACE and RENAME: https://docs.snowflake.com/en/sql-reference/sql/select."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import twins
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import Typed, invalid_identifier, refuse
from snowpact.model.types import SnowflakeType

Shown = tuple[Relation, str]
"""A column that a star shows, by its key in the relation."""

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def is_star(node: exp.Expression) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def translate(
    translator: Translator, node: exp.Expression, environment: Environment, before: RelationColumns
) -> tuple[list[exp.Expression], RelationColumns | None]:
    """The projections for a star, and its columns where they are known. before: those before it in the list."""
    table, star = _parts(node)
    shown = _meant(table, environment)
    optional = any(star.args.get(part) for part in ("except_", "rename", "replace", "ilike"))
    if shown is None:
        return [_with_options(translator, star, table) if optional else _plain(translator, table)], None
    distinct = len({*before, *(key for _, key in shown)}) == len(before) + len(shown)
    if distinct and not optional and not any(relation.carrier for relation, _ in shown):
        return [_plain(translator, table)], {key: (relation.columns or {})[key] for relation, key in shown}
    return _spelled_out(translator, star, shown, environment, before)


def values(translator: Translator, node: exp.Expression) -> list[tuple[str, Typed]]:
    """The columns that a star stands for as a function's argument, ``COUNT(t.*)`` or ``HASH(* EXCLUDE a)``, each with its name.

    Raises UnsupportedFeature where they can't be told, or for an option that functions don't take.
    """
    table, star = _parts(node)
    shown = _meant(table, translator.environment)
    if shown is None:
        refuse("a function of * whose columns are not known")
    if star.args.get("rename") or star.args.get("replace"):
        refuse("RENAME or REPLACE in the * of a function")
    projections, columns = _spelled_out(translator, star, shown, translator.environment, {})
    pairs = zip(projections, columns.items(), strict=True)
    return [(twins.shown(key), Typed(projection.this, type_)) for projection, (key, type_) in pairs]


def arguments(translator: Translator, nodes: Iterable[exp.Expression]) -> list[Typed]:
    """A function's arguments, a star among them as its columns."""
    found: list[Typed] = []
    for node in nodes:
        found += [value for _, value in values(translator, node)] if is_star(node) else [translator.value(node)]
    return found


def _parts(node: exp.Expression) -> tuple[str | None, exp.Expression]:
    """The table before a star, and the star itself."""
    return (stored(node.args["table"]), node.this) if isinstance(node, exp.Column) else (None, node)


def _meant(table: str | None, environment: Environment) -> list[Shown] | None:
    """The columns of all of FROM, or of the one table."""
    if not environment.relations:
        invalid_identifier("*")
    relations = [relation for relation in environment.relations if table is None or relation.name == table]
    if not relations:
        invalid_identifier(f"{table}.*")
    return _shown(relations, table is None)


def _shown(relations: list[Relation], whole: bool) -> list[Shown] | None:
    """Every column in order; None where they can't be told. whole: of all that FROM has, where USING shows a column once."""
    if any(relation.columns is None or (whole and relation.blurred) for relation in relations):
        return None
    return [(relation, key) for relation in relations for key in (relation.shown() if whole else relation.columns or ())]


def _plain(translator: Translator, table: str | None) -> exp.Expression:
    return exp.Star() if table is None else exp.Column(this=exp.Star(), table=translator.identifier(table))


def _spelled_out(
    translator: Translator, star: exp.Expression, shown: list[Shown], environment: Environment, before: RelationColumns
) -> tuple[list[exp.Expression], RelationColumns]:
    """Every column by name, in order: ILIKE first, then EXCLUDE, REPLACE, RENAME."""
    excluded = {stored(_identifier(item)) for item in star.args.get("except_") or []}
    replaced = {stored(item.args["alias"]): item.this for item in star.args.get("replace") or []}
    renamed = {stored(_identifier(item.this)): stored(item.args["alias"]) for item in star.args.get("rename") or []}
    pattern = star.args.get("ilike")
    everything = {twins.shown(key) for _, key in shown}
    for name in (*excluded, *replaced, *renamed):
        if name not in everything:
            invalid_identifier(name)
        if len([key for _, key in shown if twins.shown(key) == name]) > 1:
            refuse("EXCLUDE, REPLACE or RENAME of a name that two columns have")  # the page of SELECT does not tell
    projections: list[exp.Expression] = []
    columns: dict[str, SnowflakeType | None] = {}
    for relation, place in shown:
        name = twins.shown(place)
        if name in excluded or (pattern is not None and not _like(name, pattern.name)):
            continue
        value = Typed(translator.column(relation, place), (relation.columns or {})[place])
        if name in replaced:
            value = translator.expression(replaced[name].copy(), environment)
        key = twins.key_for(renamed.get(name, name), {*before, *columns})
        projections.append(exp.Alias(this=value.sql, alias=translator.identifier(key)))
        columns[key] = value.type
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
