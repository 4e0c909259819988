"""Aggregates kept up to date by what came and went: a table of each group's counts, sums and bounds, `_data."a<id>"`.

For ``SELECT key, COUNT(*), SUM(x), AVG(y), MIN(z) … GROUP BY key [HAVING …]`` at the top of a definition, and for the same without
GROUP BY. A group's count and sums follow from those before and what changed; a bound does too, unless a row went: then that group alone is
computed anew. Sums of FLOAT, which depend on the order of their rows, and other aggregates are not kept so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.blocks import aggregates, clauses
from snowpact.local.dynamic.terms import Changes, joined, restricted
from snowpact.local.objects import Record
from snowpact.local.relation import duckdb_sql

_BOUNDS = {"min": "least", "max": "greatest"}


@dataclass(frozen=True, slots=True)
class Aggregation:
    """keys: of the groups; calls: the aggregates, each once; shown, having: the query's select list and condition over the state."""

    block: exp.Select
    keys: list[exp.Expression]
    calls: list[exp.Anonymous]
    shown: list[exp.Expression]
    having: exp.Expression | None


def aggregation_of(block: exp.Expression, is_real: Callable[[exp.Expression], bool]) -> Aggregation | None:
    """None where the block is no such query."""
    if not isinstance(block, exp.Select) or block.args.get("distinct") or block.args.get("qualify"):
        return None
    group = block.args.get("group")
    if group is None and not any(aggregates(node) for node in block.selects):
        return None
    if any(part is not None and part.find(exp.Window) for part in clauses(block)):
        return None
    keys = list(group.expressions) if group is not None else []
    calls: list[exp.Anonymous] = []
    having = block.args.get("having")
    shown = [_over_state(node, keys, calls) for node in block.selects]
    condition = _over_state(having.this, keys, calls) if having is not None else None
    if None in shown or (having is not None and condition is None):
        return None
    found = Aggregation(block, keys, calls, [node for node in shown if node is not None], condition)
    return None if any(call.name.lower() == "sum" for call in calls) and is_real(_rows(found)) else found


def _over_state(node: exp.Expression, keys: list[exp.Expression], calls: list[exp.Anonymous]) -> exp.Expression | None:
    """An expression with the state's columns for its keys and aggregates; None where anything else is left."""

    def replaced(part: exp.Expression) -> exp.Expression:
        if part in keys:
            return _column(str(keys.index(part) + 1))
        if not part.meta.get("aggregate") or not _kept(part):
            return part
        if part not in calls:
            calls.append(part.copy())
        return _column(f"v{calls.index(part) + 1}")

    inner = node.this if isinstance(node, exp.Alias) else node
    changed = inner.copy().transform(replaced, copy=False)
    left = [part for part in changed.find_all(exp.Column, exp.Star) if not part.meta.get("state")]
    if left or aggregates(changed):
        return None
    return exp.alias_(changed, node.alias, quoted=True) if isinstance(node, exp.Alias) else changed


def _kept(call: exp.Expression) -> bool:
    if not isinstance(call, exp.Anonymous) or len(call.expressions) != 1 or isinstance(call.expressions[0], (exp.Distinct, exp.Order)):
        return False
    return call.name.lower() in {"count", "sum", *_BOUNDS}


def _column(name: str) -> exp.Column:
    column = exp.column(exp.to_identifier(f"~{name}", quoted=True))
    column.meta["state"] = True
    return column


def table(record: Record) -> str:
    return f'_data."a{record.id}"'


def _names(aggregation: Aggregation) -> tuple[list[str], list[str]]:
    keys = [f'"~{index}"' for index in range(1, len(aggregation.keys) + 1)]
    values = [f'"~{letter}{index}"' for index in range(1, len(aggregation.calls) + 1) for letter in "vc"]
    return keys, ['"~n"', *values]


def _core(aggregation: Aggregation, selects: list[exp.Expression]) -> exp.Select:
    core = aggregation.block.copy()
    for part in ("group", "having"):
        core.set(part, None)
    core.set("expressions", selects)
    return core


def _rows(aggregation: Aggregation) -> exp.Select:
    """The rows that are aggregated: keys and the aggregates' arguments ``~x1`` …"""
    keys = [exp.alias_(key.copy(), f"~{index}", quoted=True) for index, key in enumerate(aggregation.keys, start=1)]
    arguments = [
        exp.alias_(exp.true() if isinstance(call.expressions[0], exp.Star) else call.expressions[0].copy(), f"~x{index}", quoted=True)
        for index, call in enumerate(aggregation.calls, start=1)
    ]
    return _core(aggregation, [*keys, *arguments])


def _states(aggregation: Aggregation, touched: str | None = None) -> str:
    """The groups' states as the sources give them now, for all keys or for those in a table."""
    selects = [exp.alias_(key.copy(), f"~{index}", quoted=True) for index, key in enumerate(aggregation.keys, start=1)]
    selects.append(exp.alias_(exp.Anonymous(this="count", expressions=[exp.Star()]), "~n", quoted=True))
    for index, call in enumerate(aggregation.calls, start=1):
        counted = exp.Anonymous(this="count", expressions=[call.expressions[0].copy()])
        selects += [exp.alias_(call.copy(), f"~v{index}", quoted=True), exp.alias_(counted, f"~c{index}", quoted=True)]
    core = _core(aggregation, selects)
    if aggregation.keys:
        core.set("group", exp.Group(expressions=[key.copy() for key in aggregation.keys]))
    return duckdb_sql(core if touched is None else restricted(core, touched, aggregation.keys))


def drop(change: Ddl, record: Record) -> None:
    change.run(f"DROP TABLE IF EXISTS {table(record)}")


def provable(aggregation: Aggregation, changes: Changes) -> None:
    """Raises Whole where the changes of the rows that are aggregated can't be worked out."""
    joined(_rows(aggregation), changes)


def build(change: Ddl, record: Record, aggregation: Aggregation) -> None:
    """Work the state out from the sources."""
    change.run(f"CREATE OR REPLACE TABLE {table(record)} AS {_states(aggregation)}")


def absorb(change: Ddl, record: Record, aggregation: Aggregation, changes: Changes) -> list[tuple[int, str]]:
    """Bring the state up to date; the answer's rows that went (-1) and came (+1) with it, as queries."""
    keys, values = _names(aggregation)
    rows = joined(_rows(aggregation), changes)
    if not rows:
        return []
    signed = " UNION ALL ".join(f'SELECT *, {term.sign} AS "~s" FROM ({duckdb_sql(term.query)})' for term in rows)
    change.run(f"CREATE OR REPLACE TEMP TABLE _rows AS {signed}")
    columns = ", ".join([*keys, *(f'"~x{index}"' for index in range(1, len(aggregation.calls) + 1))]) or "TRUE"
    differing = f'SELECT 1 FROM temp._rows GROUP BY {columns} HAVING sum("~s") <> 0 LIMIT 1'
    if not change.run(f"SELECT count(*) FROM ({differing})").fetchone()[0]:
        return []  # what changed is in columns that the query does not read
    listed = ", ".join(keys) or "TRUE"
    bounds = any(call.name.lower() in _BOUNDS for call in aggregation.calls)
    gone = 'bool_or("~s" < 0)' if bounds else "FALSE"
    change.run(f"CREATE OR REPLACE TEMP TABLE _touched_keys AS SELECT {listed}, {gone} AS doubtful FROM temp._rows GROUP BY {listed}")
    among = f"EXISTS (SELECT 1 FROM temp._touched_keys k WHERE {_same(keys, 's', 'k')})"
    change.run(f"CREATE OR REPLACE TEMP TABLE _before AS SELECT * FROM {table(record)} s WHERE {among}")
    change.run(f"CREATE OR REPLACE TEMP TABLE _after AS SELECT * FROM {table(record)} LIMIT 0")
    change.run(f"INSERT INTO temp._after {_combined(aggregation)}")
    if bounds and change.run("SELECT count(*) FROM temp._touched_keys WHERE doubtful").fetchone()[0]:
        change.run("CREATE OR REPLACE TEMP TABLE _doubtful AS SELECT * EXCLUDE doubtful FROM temp._touched_keys WHERE doubtful")
        change.run(f"INSERT INTO temp._after {_states(aggregation, '_doubtful')}")
    change.run(f"DELETE FROM {table(record)} s WHERE {among}")
    empty = ' WHERE "~n" > 0' if keys else ""
    change.run(f"INSERT INTO {table(record)} SELECT {', '.join([*keys, *values])} FROM temp._after{empty}")
    return [(-1, _answer(aggregation, "_before")), (1, _answer(aggregation, "_after"))]


def _combined(aggregation: Aggregation) -> str:
    """The states of the touched groups that are not in doubt, from those before and what came and went."""
    keys, _ = _names(aggregation)
    deltas, sums = ['sum("~s") AS "~n"'], ['coalesce(s."~n", 0) + d."~n"']
    for index, call in enumerate(aggregation.calls, start=1):
        name, argument, value, count = call.name.lower(), f'"~x{index}"', f'"~v{index}"', f'"~c{index}"'
        deltas.append(f'coalesce(sum("~s") FILTER ({argument} IS NOT NULL), 0) AS {count}')
        after = f"coalesce(s.{count}, 0) + d.{count}"
        if name == "count":
            deltas.append(f"NULL AS {value}")
            sums += [f"coalesce(s.{value}, 0) + d.{count}", after]
        elif name == "sum":
            deltas.append(f'sum(CASE WHEN "~s" > 0 THEN {argument} ELSE -{argument} END) AS {value}')
            sums += [f"CASE WHEN {after} > 0 THEN coalesce(s.{value}, 0) + coalesce(d.{value}, 0) END", after]
        else:
            deltas.append(f"{name}({argument}) AS {value}")
            sums += [f"{_BOUNDS[name]}(s.{value}, d.{value})", after]
    listed = ", ".join(keys) or "TRUE"
    delta = f"SELECT {', '.join([*keys, *deltas])} FROM temp._rows GROUP BY {listed}"
    certain = f"SELECT d.* FROM ({delta}) d SEMI JOIN temp._touched_keys k ON {_same(keys, 'd', 'k')} AND NOT k.doubtful"
    shown = ", ".join([*(f"d.{key}" for key in keys), *sums])
    return f"SELECT {shown} FROM ({certain}) d LEFT JOIN temp._before s ON {_same(keys, 's', 'd')}"


def _same(keys: list[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{key} IS NOT DISTINCT FROM {other}.{key}" for key in keys) or "TRUE"


def _answer(aggregation: Aggregation, states: str) -> str:
    """The rows of the answer that groups in those states give."""
    query = exp.select(*(node.copy() for node in aggregation.shown)).from_(f"temp.{states}")
    if aggregation.keys:
        query = query.where('"~n" > 0', dialect="duckdb")
    if aggregation.having is not None:
        query = query.where(aggregation.having.copy())
    return duckdb_sql(query)
