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
from snowpact.local.dynamic.terms import Changes, Term, joined, restricted
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
    return None if any(call.name.lower() == "sum" for call in calls) and is_real(rows(found)) else found


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


def rows(aggregation: Aggregation) -> exp.Select:
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
    joined(rows(aggregation), changes)


def build(change: Ddl, record: Record, aggregation: Aggregation) -> None:
    """Work the state out from the sources."""
    change.run(f"CREATE OR REPLACE TABLE {table(record)} AS {_states(aggregation)}")


def absorb(change: Ddl, record: Record, aggregation: Aggregation, changes: Changes) -> bool:
    """Bring the state up to date; whether any group was touched. What those were before (``~s`` -1) and are after (1) is left for
    ``answers``."""
    keys, values = _names(aggregation)
    follows = _take(change, aggregation, joined(rows(aggregation), changes))
    if follows is None:
        return False
    kept = table(record)
    change.run(f'CREATE OR REPLACE TEMP TABLE _groups AS SELECT CAST(0 AS TINYINT) AS "~s", * FROM {kept} LIMIT 0')
    change.run(f"INSERT INTO temp._groups {_before_and_after(aggregation, kept, follows)}")
    if not follows:
        change.run(f"INSERT INTO temp._groups SELECT 1, * FROM ({_states(aggregation, '_doubtful')})")
    change.run(f'DELETE FROM {kept} s WHERE EXISTS (SELECT 1 FROM temp._groups g WHERE g."~s" < 0 AND {_same(keys, "s", "g")})')
    there = ' AND "~n" > 0' if keys else ""
    change.run(f'INSERT INTO {kept} SELECT {", ".join([*keys, *values])} FROM temp._groups WHERE "~s" > 0{there}')
    return True


def _take(change: Ddl, aggregation: Aggregation, found: list[Term]) -> bool | None:
    """Put down which of the rows that are aggregated came and went. None where none did, as far as the query reads them; else whether all
    groups' states follow from that. Groups whose states don't, for they lost a row and a bound is asked for, are put down too."""
    if not found:
        return None
    signed = " UNION ALL ".join(f'SELECT *, {term.sign} AS "~s" FROM ({duckdb_sql(term.query)})' for term in found)
    taken = change.run(f"CREATE OR REPLACE TEMP TABLE _rows AS {signed}").fetchone()[0]
    if not taken or all(term.sign > 0 for term in found):
        return True if taken else None
    keys, _ = _names(aggregation)
    columns = ", ".join([*keys, *(f'"~x{index}"' for index in range(1, len(aggregation.calls) + 1))]) or "TRUE"
    net = f'SELECT {", ".join([*keys, ""])}sum("~s") AS "~s" FROM temp._rows GROUP BY {columns} HAVING sum("~s") <> 0'
    if not change.run(f"CREATE OR REPLACE TEMP TABLE _net_rows AS {net}").fetchone()[0]:
        return None
    if not any(call.name.lower() in _BOUNDS for call in aggregation.calls):
        return True
    doubtful = f'SELECT DISTINCT {", ".join(keys) or "TRUE"} FROM temp._net_rows WHERE "~s" < 0'
    return not change.run(f"CREATE OR REPLACE TEMP TABLE _doubtful AS {doubtful}").fetchone()[0]


def _before_and_after(aggregation: Aggregation, kept: str, follows: bool) -> str:
    """The touched groups' states before, and after as far as they follow from those and what came and went."""
    keys, values = _names(aggregation)
    deltas, sums = _sums(aggregation)
    listed = ", ".join(keys) or "TRUE"
    delta = f"SELECT {', '.join([*keys, *deltas])} FROM temp._rows GROUP BY {listed}"
    named = [f'"~a{index}"' for index in range(len(values))]
    pairs = ", ".join(f"{sum_} AS {name}" for sum_, name in zip(sums, named, strict=True))
    shown = ", ".join([*(f"d.{key}" for key in keys), *(f"s.{value}" for value in values), pairs])
    both = f"SELECT {shown} FROM ({delta}) d LEFT JOIN {kept} s ON {_same(keys, 's', 'd')}"
    before = f'SELECT -1, {", ".join([*keys, *values])} FROM g WHERE "~n" IS NOT NULL'
    after = f"SELECT 1, {', '.join([*keys, *named])} FROM g"
    settled = "" if follows else f" ANTI JOIN temp._doubtful k ON {_same(keys, 'g', 'k')}"
    return f"WITH g AS MATERIALIZED ({both}) {before} UNION ALL {after}{settled}"


def _sums(aggregation: Aggregation) -> tuple[list[str], list[str]]:
    """What ``_rows`` adds to each of a state's values, as ``d``, and those together with the state's own, ``s``."""
    deltas, sums = ['sum("~s") AS "~n"'], ['coalesce(s."~n", 0) + d."~n"']
    for index, call in enumerate(aggregation.calls, start=1):
        name, argument, value, count = call.name.lower(), f'"~x{index}"', f'"~v{index}"', f'"~c{index}"'
        deltas.append(f'coalesce(sum("~s") FILTER ({argument} IS NOT NULL), 0) AS {count}')
        after = f"coalesce(s.{count}, 0) + d.{count}"
        if name == "count":
            sums += [after, after]
        elif name == "sum":
            deltas.append(f'sum(CASE WHEN "~s" > 0 THEN {argument} ELSE -{argument} END) AS {value}')
            sums += [f"CASE WHEN {after} > 0 THEN coalesce(s.{value}, 0) + coalesce(d.{value}, 0) END", after]
        else:
            deltas.append(f"{name}({argument}) AS {value}")
            sums += [f"{_BOUNDS[name]}(s.{value}, d.{value})", after]
    return deltas, sums


def _same(keys: list[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{key} IS NOT DISTINCT FROM {other}.{key}" for key in keys) or "TRUE"


def answers(aggregation: Aggregation) -> str:
    """The rows of the answer that came and went with the touched groups, the sign ``~s`` last."""
    sign = exp.column(exp.to_identifier("~s", quoted=True))
    query = exp.select(*(node.copy() for node in aggregation.shown), sign).from_("temp._groups")
    if aggregation.keys:
        query = query.where('"~n" > 0', dialect="duckdb")
    if aggregation.having is not None:
        query = query.where(aggregation.having.copy())
    return duckdb_sql(query)
