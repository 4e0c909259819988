"""What replay tells of a case's statements, held against the engine that runs them.

Prediction and engine are written apart, and neither imports the other: where they end in different catalogs, one of them is wrong. What a
statement does that is opaque to prediction is taken from the engine, and replay goes on from there.
"""

from __future__ import annotations

from snowpact.diff.compare import compare
from snowpact.local.streams.reading import is_stale
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.change import Change, ChangeProperty, ChangeType, OpaqueChange
from snowpact.model.names import Name, quote
from snowpact.model.source import Source
from snowpact.replay.replay import Input, Run
from snowpact.standing import compared
from snowpact.targets.inspect.visible import comparable

_KNOWN = RELATIONS | {
    Kind.DATABASE, Kind.SCHEMA, Kind.SEQUENCE, Kind.STREAM, Kind.TASK, Kind.TAG, Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY, Kind.ROLE,
    Kind.SHARE,
}  # fmt: skip


def _seen(kind: Kind, name: Name) -> bool:
    """The engine's catalog holds all that there is but what comes with an account."""
    return kind in _KNOWN and name.parts[0] != "SNOWFLAKE" and name.parts[1:2] != ("INFORMATION_SCHEMA",)


class Foretold:
    """A replay beside a session of the engine. follows: whether one context and no parameters tell all; else nothing is compared."""

    def __init__(self, engine, session, follows: bool):
        self.engine, self.session, self.follows = engine, session, follows
        self.statements: list[str] = []
        if follows:
            self._begin()

    def _begin(self) -> None:
        self.run = Run(self.engine.catalog(), seen=_seen)
        self.statements = []
        if self.session.database and self.session.schema:
            self._take(f"USE SCHEMA {quote(self.session.database)}.{quote(self.session.schema)}")
        elif self.session.database:
            self.run.state.use(self.session.database, None)

    def _take(self, sql: str) -> None:
        self.statements.append(sql)
        self.run.take(Input(sql, Source("case", len(self.statements), 1)))

    def ran(self, sql: str) -> None:
        """The engine ran it."""
        if not self.follows:
            return
        self._take(sql.rstrip().removesuffix(";"))
        assert self.run.state.refusals == [], f"replay refuses what ran: {sql}: {self.run.state.refusals[-1].message}"
        if any(isinstance(change, OpaqueChange) for change in self.run.state.changes):
            self._begin()

    def refused(self, sql: str) -> bool:
        """Whether replay refuses what the engine refused, or can't tell."""
        before = len(self.run.state.changes)
        self._take(sql)
        changes = self.run.state.changes[before:]
        told = bool(self.run.state.refusals) or any(isinstance(change, OpaqueChange) for change in changes)
        if changes:
            self._begin()
        self.run.state.refusals.clear()
        return told or not changes

    def holds(self) -> None:
        if self.follows:
            differences = compare(*comparable(compared(self.run.replayed().after), compared(self.engine.catalog())))
            assert list(map(str, filter(self._counts, differences))) == [], "replay ends elsewhere than the engine"

    def _counts(self, change: Change) -> bool:
        """What type a view's column has once that of its table is another is not documented: the engine keeps that of its creation, replay
        says what the query answers now."""
        if isinstance(change, ChangeProperty) and change.kind is Kind.STREAM and self._is_stale(change.object):
            return change.property != "source"  # what it read is gone: under which name it was known is nobody's business
        kind = change.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW)
        return not (kind and isinstance(change, ChangeType) and (change.object, change.column) in self.run.dependents.evolved)

    def _is_stale(self, name: Name) -> bool:
        stream = self.engine.state.get(Kind.STREAM, name)
        return stream is not None and is_stale(self.engine.state, stream)
