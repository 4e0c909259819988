"""Tables of one name from several schemas, ``FROM one.t, two.t``: each is told from the other by its schema.

https://docs.snowflake.com/en/sql-reference/name-resolution. DuckDB knows a relation by one name, so such tables get aliases that nobody
can have given, and the columns qualified by a schema follow. The bare name then means none of them.
"""

from __future__ import annotations

from collections import defaultdict

from sqlglot import exp

from snowpact.local.translate.environment import stored


def tell_apart(select: exp.Select) -> None:
    """Give the tables of one name in this FROM names of their own, where every one is qualified and none has an alias."""
    named: dict[str, list[exp.Table]] = defaultdict(list)
    for table in _tables(select):
        named[stored(table.this)].append(table)
    for tables in named.values():
        if len(tables) > 1 and all(table.db for table in tables):
            for column in [column for column in select.find_all(exp.Column) if column.args.get("db")]:
                _follow(select, column, tables)
            for table in tables:
                table.set("alias", exp.TableAlias(this=_alias(table)))


def _tables(select: exp.Select) -> list[exp.Table]:
    """The tables that stand directly in FROM, without an alias."""
    clause = select.args.get("from_") or select.args.get("from")
    items = [clause.this if clause else None, *(join.this for join in select.args.get("joins") or [])]
    return [item for item in items if isinstance(item, exp.Table) and isinstance(item.this, exp.Identifier) and not item.args.get("alias")]


def _follow(select: exp.Select, column: exp.Column, tables: list[exp.Table]) -> None:
    """Turn ``one.t.a`` into the alias's column, unless a query between names such a table itself."""
    around = column.parent_select
    while around is not None and around is not select:
        if any(_is(column, table) for table in _tables(around)):
            return
        around = around.parent_select
    meant = [table for table in tables if _is(column, table)]
    if len(meant) == 1:
        column.set("table", _alias(meant[0]))
        column.set("db", None)
        column.set("catalog", None)


def _is(column: exp.Column, table: exp.Table) -> bool:
    pairs = [(column.args.get(part), table.args.get(other)) for part, other in (("table", "this"), ("db", "db"), ("catalog", "catalog"))]
    return all(one is None or other is None or stored(one) == stored(other) for one, other in pairs)


def _alias(table: exp.Table) -> exp.Identifier:
    return exp.to_identifier(".".join(stored(part) for part in table.parts), quoted=True)
