"""What a statement that writes needs to be there: for tasks and pipes, which run long after they were made."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.statements.multi_insert import MultiInsert, multi_insert
from snowpact.sql.tokens import SqlInputError, significant
from snowpact.sql.typing.guard import require_bounded
from snowpact.sql.typing.lineage import Lineage, NameFault, Trace, is_column
from snowpact.sql.typing.query import columns_of
from snowpact.sql.typing.scope import Lookup, Place, Scope, Session
from snowpact.sql.typing.sources import FromReader
from snowpact.sql.typing.spelling import stored

_READ = {"SELECT", "WITH", "(", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}
"""Of others sqlglot makes commands, with a warning."""


def statement_lineage(text: str, lookup: Lookup, context: Session | None = None) -> Lineage:
    """The objects that INSERT, UPDATE, DELETE, MERGE, COPY or a query reads or writes, and the names in it that mean nothing.

    Raises SqlInputError, and nothing else, for any other statement and for text that can't be read.
    """
    tokens = significant(text)
    if not tokens or tokens[0].word not in _READ:
        raise SqlInputError("expected a statement that reads or writes rows", 0)
    require_bounded(tokens)
    try:
        tree = sqlglot.parse_one(text, dialect=SNOWFLAKE)
    except Exception as error:  # as in infer: some malformed calls make the parser stumble
        detail = str(error).splitlines()[0] if isinstance(error, SqlglotError) else "malformed"
        raise SqlInputError(f"the statement can't be read: {detail}", 0) from error
    trace = Trace()
    scope = Scope(lookup, context or Place(), trace=trace)
    try:
        if isinstance(tree, exp.Query):
            return trace.lineage(columns_of(tree, scope))
        if isinstance(tree, exp.MultitableInserts):
            _read_multi(multi_insert(tree), scope, trace)
            return trace.lineage([])
        if not isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Copy):
            raise SqlInputError(f"{type(tree).__name__.upper()} is no statement that reads or writes rows", 0)
        _read(tree, scope, trace)
    except RecursionError:
        raise SqlInputError("the statement is nested too deeply", 0) from None
    return trace.lineage([])


def _read(tree: exp.Expression, scope: Scope, trace: Trace) -> None:
    """The target, then what its rows come from; then every name outside of queries, which are read by themselves."""
    reader = FromReader(scope, columns_of)
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if isinstance(target, exp.Table):
        reader.add(target)
    written = list(scope.sources)
    if isinstance(tree.this, exp.Schema):
        for item in tree.this.expressions:
            _check(stored(item) if isinstance(item, exp.Identifier) else item.name, None, written, trace)
    query = tree.args.get("expression") if isinstance(tree, exp.Insert) else None
    if isinstance(query, exp.Query):
        columns_of(query, Scope(scope.lookup, scope.session, trace=trace))
        return
    for key in ("using", "from_"):
        for item in _listed(tree.args.get(key)):
            reader.add(item.this if isinstance(item, exp.From) else item)
    for key in ("on", "whens", "expressions", "where"):
        for item in _listed(tree.args.get(key)):
            _names(item, scope, trace)


def _read_multi(insert: MultiInsert, scope: Scope, trace: Trace) -> None:
    """Each target with the columns listed for it, and the query; conditions and values name columns of the query's answer."""
    for branch in insert.branches:
        for into in branch.intos:
            target = Scope(scope.lookup, scope.session, trace=trace)
            FromReader(target, columns_of).add(into.table)
            for item in into.columns:
                _check(stored(item) if isinstance(item, exp.Identifier) else item.name, None, list(target.sources), trace)
    columns_of(insert.query, Scope(scope.lookup, scope.session, trace=trace))


def _listed(value: object) -> list[exp.Expression]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, exp.Expression)]


def _names(node: exp.Expression, scope: Scope, trace: Trace) -> None:
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, exp.Query):
            columns_of(item, scope)
        elif isinstance(item, exp.Column):
            name, table = stored(item.this) if isinstance(item.this, exp.Identifier) else None, stored(item.args.get("table"))
            if name and is_column(item, name, table):
                _check(name, table, scope.named(table), trace)
        elif not isinstance(item, exp.Lambda):
            waiting.extend(child for value in item.args.values() for child in _listed(value))


def _check(name: str | None, table: str | None, sources: list, trace: Trace) -> None:
    if name is None:
        return
    trace.said.add(name)
    if sources and not any(source.columns is None or source.open or source.column(name) for source in sources):
        trace.faults[NameFault(name, table)] = None
