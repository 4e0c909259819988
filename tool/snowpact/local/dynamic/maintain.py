"""The edit of an incremental refresh: from what changed in the sources, without running the whole query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.ddl import Ddl
from snowpact.local.dynamic import changes as sources
from snowpact.local.dynamic import state
from snowpact.local.dynamic.blocks import Whole, clauses, has_other_relations, items_of, own, plain, settled, tables_in
from snowpact.local.dynamic.delta import Edit, by_terms, put_beside, towards_answer
from snowpact.local.dynamic.state import Aggregation
from snowpact.local.dynamic.terms import Changes, as_distinct, keys_of, restricted, terms, touched
from snowpact.local.encoding import encode
from snowpact.local.governance import access
from snowpact.local.objects import Record, State
from snowpact.local.relation import Query, duckdb_sql, translate
from snowpact.local.tables import assigned
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session

_STORED = (Kind.TABLE, Kind.DYNAMIC_TABLE)
Keyed = tuple[exp.Select, list[exp.Expression], list[int]]


def followable(session: Session, record: Record) -> list[int]:
    """The ids of the tables whose changes suffice to keep the table up to date; none where they don't."""
    if record.extra.get("resolved_mode") != "INCREMENTAL":
        return []
    try:
        tree = tree_of(session, record)
        ids = sorted(tables_in(tree))
        stored = all(session.engine.state.by_id[id_].object.kind in _STORED for id_ in ids)
        if not ids or not stored or has_other_relations(tree):
            return []
        imagined = sources.imagined(session, ids)
        kept = state.aggregation_of(tree, imagined.is_real)
        terms(tree, imagined) if kept is None else state.provable(kept, imagined)
        return ids
    except Whole:
        return []


def tree_of(session: Session, record: Record) -> exp.Expression:
    """The translated definition, in the shape that ``terms`` takes."""
    with access.acting(session, record):
        translated, _ = translate(session.parse(record.object.definition or ""), session.scope.followed(record))
    tree = plain(translated, session.engine.state)
    while isinstance(tree, exp.Subquery):
        tree = tree.this
    return tree


def fitted(record: Record, query: Query, sql: str | None = None, more: str = "") -> str:
    """The query, or another of the same columns, with each value made fit for its column; more: a further column, after them."""
    names = [f"x{index}" for index in range(1, len(query.columns) + 1)]
    columns = zip(names, query.types, record.object.columns, strict=True)
    values = [assigned(name, type_, column) for name, type_, column in columns]
    further = [more] if more else []
    return f"SELECT {', '.join(values + further)} FROM ({sql or query.sql}) AS s({', '.join(names + further)})"


def edit(change: Ddl, record: Record, query: Query, changes: Changes) -> Edit | None:
    """What to change in the table for what has changed in its sources; None where that is nothing. Raises Whole."""
    tree = tree_of(change.session, record)
    kept = state.aggregation_of(tree, lambda query: False) if record.extra.get("state") else None  # of no FLOAT, or it were not kept
    one_after_the_other = nullcontext() if settled(tree if kept is None else state.rows(kept)) else change.session.engine.store.one_thread()
    with one_after_the_other:
        if kept is not None:
            return _by_state(change, record, query, kept, changes)
        found = _keyed(record, tree, query, changes)
        if found is not None:
            return _by_keys(change, record, query, found, changes)
        signed = [f"SELECT *, {term.sign} FROM ({fitted(record, query, duckdb_sql(term.query))})" for term in terms(tree, changes)]
        return by_terms(change.run, record.table, record.physical, signed)


def _by_state(change: Ddl, record: Record, query: Query, kept: Aggregation, changes: Changes) -> Edit | None:
    if not state.absorb(change, record, kept, changes):
        return None
    signed = fitted(record, query, state.answers(kept), '"~s"')
    places = [_place(kept.block, key, query, changes.state) for key in kept.keys]
    told_apart = bool(places) and None not in places and not record.extra.get("named")  # declared types may take two keys for one
    keys = [record.physical[place] for place in places if place is not None] if told_apart else []
    return by_terms(change.run, record.table, record.physical, [signed], keys)


def _by_keys(change: Ddl, record: Record, query: Query, found: Keyed, changes: Changes) -> Edit | None:
    block, keys, places = found
    table = touched(block, keys, changes)
    if table is None:
        return None
    put_beside(change.run, record.table, record.physical, fitted(record, query, duckdb_sql(restricted(block, table, keys))))
    return towards_answer(record.table, record.physical, _among(record, query, table, places))


def keep_state(change: Ddl, record: Record) -> Record:
    """Where the table's aggregates can be kept up to date group by group, their state as it is now; the record says whether they are."""
    found = None
    if record.extra.get("tables"):
        found = state.aggregation_of(tree_of(change.session, record), lambda query: sources.is_real(change.session, query))
    state.build(change, record, found) if found else state.drop(change, record)
    return record.with_extra(state=True if found else None)


def _keyed(record: Record, tree: exp.Expression, query: Query, changes: Changes) -> Keyed | None:
    """A block whose rows hang together by keys that are columns of the answer, the keys and where they stand: then the table itself knows
    which of its rows are touched."""
    if not isinstance(tree, exp.Select) or record.extra.get("named"):  # declared types may take two keys for one
        return None
    list(own(clauses(tree)))
    block, keys = as_distinct(tree, changes) if tree.args.get("distinct") else (tree, keys_of(tree))
    places = [_place(block, key, query, changes.state) for key in keys or []]
    if keys is None or None in places:
        return None
    return block, keys, [place for place in places if place is not None]


def _place(block: exp.Select, key: exp.Expression, query: Query, state: State) -> int | None:
    for index, node in enumerate(block.selects):
        if node.unalias() == key:
            return index
    alone = len(block.selects) == 1 and isinstance(block.selects[0], exp.Star) and not any(block.selects[0].args.values())
    if not alone or len(items_of(block)) != 1 or not isinstance(key, exp.Column):
        return None
    names = [encode(column.name) for column in query.columns]
    return names.index(key.name) if names.count(key.name) == 1 else None


def _among(record: Record, query: Query, table: str, places: Sequence[int]) -> str:
    """Of the table's rows ``t`` those with a touched key."""
    pairs = []
    for number, place in enumerate(places, start=1):
        value = assigned(f"k{number}", query.types[place], record.object.columns[place])
        pairs.append(f"t.{record.physical[place]} IS NOT DISTINCT FROM {value}")
    names = ", ".join(f"k{number}" for number in range(1, len(places) + 1))
    return f"EXISTS (SELECT 1 FROM (SELECT * FROM temp.{table}) AS touched({names}) WHERE {' AND '.join(pairs)})"
