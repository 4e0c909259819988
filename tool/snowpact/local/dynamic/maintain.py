"""The edit of an incremental refresh: from what changed in the sources, without running the whole query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.ddl import Ddl
from snowpact.local.dynamic import changes as sources
from snowpact.local.dynamic import state
from snowpact.local.dynamic.blocks import Whole, clauses, has_other_relations, items_of, own, plain, tables_in
from snowpact.local.dynamic.delta import Edit, by_terms, put_beside, towards_answer
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
        translated, _ = translate(session.parse(record.object.definition or ""), session.scope.inside(record))
    tree = plain(translated, session.engine.state)
    while isinstance(tree, exp.Subquery):
        tree = tree.this
    return tree


def fitted(record: Record, query: Query, sql: str | None = None) -> str:
    """The query, or another of the same columns, with each value made fit for its column."""
    names = [f"x{index}" for index in range(1, len(query.columns) + 1)]
    columns = zip(names, query.types, record.object.columns, strict=True)
    values = ", ".join(assigned(name, type_, column) for name, type_, column in columns)
    return f"SELECT {values} FROM ({sql or query.sql}) AS s({', '.join(names)})"


def edit(change: Ddl, record: Record, query: Query) -> Edit | None:
    """What to change in the table; None where nothing that it reads has changed. Raises Whole."""
    changes = sources.since_last(change, record)
    if not changes.changed:
        return None
    tree = tree_of(change.session, record)
    kept = state.aggregation_of(tree, changes.is_real) if record.extra.get("state") else None
    if kept is not None:
        return _by_terms(change, record, query, state.absorb(change, record, kept, changes))
    found = _keyed(record, tree, query, changes)
    if found is None:
        return _by_terms(change, record, query, [(term.sign, duckdb_sql(term.query)) for term in terms(tree, changes)])
    block, keys, places = found
    table = touched(block, keys, changes)
    if table is None:
        return None
    put_beside(change.run, record.table, record.physical, fitted(record, query, duckdb_sql(restricted(block, table, keys))))
    return towards_answer(record.table, record.physical, _among(record, query, table, places))


def _by_terms(change: Ddl, record: Record, query: Query, signed: Sequence[tuple[int, str]]) -> Edit | None:
    return by_terms(change.run, record.table, record.physical, [(sign, fitted(record, query, sql)) for sign, sql in signed])


def keep_state(change: Ddl, record: Record) -> Record:
    """Where the table's aggregates can be kept up to date group by group, their state as it is now; the record says whether they are."""
    found = None
    if record.extra.get("tables"):
        found = state.aggregation_of(tree_of(change.session, record), lambda query: sources.is_real(change.session, query))
    state.build(change, record, found) if found else state.drop(change, record)
    return record.with_extra(state=True if found else None)


def _keyed(
    record: Record, tree: exp.Expression, query: Query, changes: Changes
) -> tuple[exp.Select, list[exp.Expression], list[int]] | None:
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
