"""MERGE as one DuckDB MERGE: atomic, and an error where a target row would be changed twice.

https://docs.snowflake.com/en/sql-reference/sql/merge. The source query gives for each joined row the target's row id, the number of
the first WHEN clause that holds, and that clause's values; a row that matches more than once is an error, and with
ERROR_ON_NONDETERMINISTIC_MERGE = FALSE, where Snowflake would take any of the matches, refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import dml, merge_by_name, tables
from snowpact.local.errors import compilation, invalid_identifier, syntax_error
from snowpact.local.objects import Record
from snowpact.local.relation import compiled, outlined
from snowpact.local.scope import stored
from snowpact.local.streams import log
from snowpact.local.target_scope import TargetScope, row_id, target_table
from snowpact.model.errors import UnsupportedFeature

if TYPE_CHECKING:
    from snowpact.local.session import Session


@dataclass(frozen=True)
class Clause:
    """One WHEN: its number, condition, what it does (UPDATE, DELETE, INSERT) and the values it needs."""

    number: int
    matched: bool
    condition: exp.Expression | None
    verb: str
    pairs: Sequence[dml.Assignment]


def merge(session: Session, tree: exp.Merge) -> dict[str, int]:
    """Run a MERGE; rows by verb, only those verbs that occur."""
    record = dml.target_of(session, tree.this)
    target = target_table(tree.this.args.get("alias"), stored(tree.this.this))
    clauses = [_clause(session, record, tree.args["using"], number, when) for number, when in enumerate(tree.args["whens"].expressions, 1)]
    _refuse_unreachable(clauses)
    row = row_id(target)
    chosen = _chosen(clauses, row)
    columns: list[exp.Expression] = [exp.alias_(row, "R"), exp.alias_(chosen, "K")]
    for clause in clauses:
        for index, (_, value) in enumerate(clause.pairs):
            columns.append(exp.alias_(_guarded(clause, chosen, value), f"V{clause.number}_{index}"))
    query = exp.select(*columns).from_(tree.args["using"].copy())
    kind = {"side": "LEFT"} if any(not clause.matched for clause in clauses) else {"kind": "INNER"}
    query.append("joins", exp.Join(this=target, on=tree.args["on"].copy(), **kind))
    scope = TargetScope(session, session.database, session.schema, 0, record)
    sql, types = compiled(session, query, scope)
    return _run(session, record, clauses, sql, types)


def _clause(session: Session, record: Record, source: exp.Expression, number: int, when: exp.When) -> Clause:
    if when.args.get("source"):  # other databases' NOT MATCHED BY SOURCE
        raise syntax_error("BY")
    then, matched = when.args["then"], bool(when.args.get("matched"))
    condition = when.args.get("condition")
    listed = then.expressions[:1] if isinstance(then, exp.Update) else then.this.expressions[:1] if isinstance(then.this, exp.Tuple) else []
    if listed and merge_by_name.is_all(listed[0].this if isinstance(then, exp.Update) else listed[0]):
        verb = "UPDATE" if isinstance(then, exp.Update) else "INSERT"
        return Clause(number, matched, condition, verb, merge_by_name.pairs(session, record, source))
    if isinstance(then, exp.Update):
        return Clause(number, matched, condition, "UPDATE", dml.assignments(session, record, then.expressions))
    if isinstance(then, exp.Insert):
        _refuse_target(session, record, source, when)
        return Clause(number, matched, condition, "INSERT", _inserted(session, record, then))
    if then.sql().upper() == "DELETE":
        return Clause(number, matched, condition, "DELETE", ())
    raise UnsupportedFeature(f"MERGE … THEN {then.sql(dialect='snowflake')}")


def _refuse_unreachable(clauses: Sequence[Clause]) -> None:
    """A clause without a condition is the last of its kind (https://docs.snowflake.com/en/sql-reference/sql/merge#usage-notes)."""
    for matched in (True, False):
        kind = [clause for clause in clauses if clause.matched is matched]
        if any(clause.condition is None for clause in kind[:-1]):
            text = f"A WHEN {'' if matched else 'NOT '}MATCHED clause follows one that always holds and can't be reached."
            raise compilation(text, 1003, "42601")  # text and number [M]


def _refuse_target(session: Session, record: Record, source: exp.Expression, when: exp.When) -> None:
    """What is inserted, and its condition, are of the source's columns alone: no row of the target is there
    (https://docs.snowflake.com/en/sql-reference/sql/merge#notmatchedclause-for-inserts)."""
    target, own = _called(when.find_ancestor(exp.Merge).this), record.object.column
    parts = [part for part in (when.args.get("condition"), when.args["then"].expression) if isinstance(part, exp.Expression)]
    named = [column for part in parts for column in part.find_all(exp.Column) if isinstance(column.this, exp.Identifier)]
    faults = [column for column in named if column.args.get("table") and stored(column.args["table"]) == target != _called(source)]
    bare = [column for column in named if not column.table and column.parent_select is None and own(stored(column.this))]
    if bare:
        there = {name for name, _ in outlined(session, exp.select("*").from_(source.copy()), session.scope)[1]}
        faults += [column for column in bare if stored(column.this) not in there]
    if faults:
        raise invalid_identifier(".".join(stored(part) for part in faults[0].parts))


def _called(item: exp.Expression) -> str | None:
    """The name by which a table's or subquery's columns are qualified."""
    name = item.args["alias"].this if item.args.get("alias") else item.this
    return stored(name) if isinstance(name, exp.Identifier) else None


def _inserted(session: Session, record: Record, then: exp.Insert) -> list[dml.Assignment]:
    """Column and value pairs of INSERT, the defaults of columns left out among them."""
    if not isinstance(then.expression, exp.Expression):
        raise syntax_error("INSERT")
    listed = then.this.expressions if isinstance(then.this, exp.Tuple) else []
    columns = [dml.column_of(record, node) for node in listed] if listed else list(record.object.columns)
    values = then.expression.expressions if isinstance(then.expression, exp.Tuple) else [then.expression]
    if len(values) != len(columns):
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {len(values)}", 2020, "21S01")
    pairs = [
        (column, dml.default_value(column, session.parse) if dml.is_default(value) else value)
        for column, value in zip(columns, values, strict=True)
    ]
    missing = [column for column in record.object.columns if column not in columns and column.default is not None]
    return pairs + [(column, dml.default_value(column, session.parse)) for column in missing]


def _chosen(clauses: Sequence[Clause], row: exp.Expression) -> exp.Case:
    """The number of the first clause that holds for a joined row; NULL where none does."""
    case = exp.Case()
    for clause in clauses:
        there: exp.Expression = exp.Is(this=row.copy(), expression=exp.Null())
        there = exp.Not(this=there) if clause.matched else there
        condition = exp.and_(there, clause.condition.copy()) if clause.condition is not None else there
        case = case.when(condition, exp.Literal.number(clause.number))
    return case


def _guarded(clause: Clause, chosen: exp.Case, value: exp.Expression) -> exp.Expression:
    """A clause's value, computed only where the clause is chosen: it might fail on other rows."""
    return exp.Case().when(exp.EQ(this=chosen.copy(), expression=exp.Literal.number(clause.number)), value.copy())


def _run(session: Session, record: Record, clauses: Sequence[Clause], sql: str, types: Sequence) -> dict[str, int]:
    names = ["r", "k", *(f"v{clause.number}_{index}" for clause in clauses for index in range(len(clause.pairs)))]
    by_name = dict(zip(names, types, strict=True))
    actions = "\n".join(_action(record, clause, by_name) for clause in clauses)
    chosen = f"SELECT * FROM ({sql}) AS q({', '.join(names)}) WHERE k IS NOT NULL{_once([c.number for c in clauses if c.verb == 'DELETE'])}"
    with log.recorded(session, record, chosen, names) as rows:
        write = session.transaction.write(
            f"MERGE INTO {record.table} AS t USING ({rows}) AS s ON t.{tables.ROW_ID} = s.r\n{actions}\nRETURNING merge_action"
        )
        done = [row[0] for row in write.fetchall()]
    verbs = [verb for verb in ("INSERT", "UPDATE", "DELETE") if any(clause.verb == verb for clause in clauses)]
    return {verb: done.count(verb) for verb in verbs}


def _once(deletes: Sequence[int]) -> str:
    """Several source rows may delete one target row; to update it as well, or twice, is an error
    (https://docs.snowflake.com/en/sql-reference/sql/merge#nondeterministic-results-for-update-and-delete)."""
    if not deletes:
        return ""
    delete = f"k IN ({', '.join(map(str, deletes))})"
    return f" QUALIFY NOT ({delete}) OR row_number() OVER (PARTITION BY r, {delete}) = 1"


def _action(record: Record, clause: Clause, types: dict) -> str:
    head = f"WHEN {'MATCHED' if clause.matched else 'NOT MATCHED'} AND s.k = {clause.number} THEN"
    if clause.verb == "DELETE":
        return f"{head} DELETE"
    names = [f"v{clause.number}_{index}" for index in range(len(clause.pairs))]
    columns = [column for column, _ in clause.pairs]
    values = dml.fitted(record, [f"s.{name}" for name in names], [types[name] for name in names], columns)
    physical = [record.physical_of(column.name) for column in columns]
    if clause.verb == "INSERT":
        return f"{head} INSERT ({', '.join(physical)}) VALUES ({', '.join(values)})"
    return f"{head} UPDATE SET {', '.join(f'{name} = {value}' for name, value in zip(physical, values, strict=True))}"
