"""What stands on what: an index kept while objects come and go, and what each change does to everything above it.

Views keep the column list of their creation, dynamic tables follow their ``SELECT *``, streams follow their source by identity, tasks and
pipes look names up when they run. After each statement its changes are looked at once (``settle``): whoever reads a changed object is
assessed anew, and if that changes it, so is whoever reads it. What is broken and mended again within a run is not broken at its end.

https://docs.snowflake.com/en/sql-reference/sql/create-view, …/user-guide/dynamic-tables/modify, …/user-guide/streams-intro
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from snowpact.model.broken import Broken, Harm, Step
from snowpact.model.catalog import RELATIONS, CatalogObject, Key, Kind
from snowpact.model.change import (
    AddColumn,
    Change,
    ChangeDefinition,
    ChangeProperty,
    ChangeType,
    CreateObject,
    DropColumn,
    DropObject,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)
from snowpact.model.names import Name
from snowpact.replay import assess
from snowpact.replay.readers import QUERIED, READING, Reader, read
from snowpact.replay.state import State

WHOLE = (CreateObject, DropObject, ReplaceObject, RenameObject)
_COLUMN = (AddColumn, DropColumn, RenameColumn, ChangeType)
Origin = tuple[Step, ...]


@dataclass
class Dependents:
    """The index, and what is broken."""

    readers: dict[Key, Reader] = field(default_factory=dict)
    above: dict[Name, dict[Key, None]] = field(default_factory=dict)
    broken: dict[tuple[Key, Harm], Broken] = field(default_factory=dict)
    evolved: dict[tuple[Name, str], Origin] = field(default_factory=dict)
    """Columns of dynamic tables and views that followed a change further down: the way from there."""
    seen: int = 0
    waiting: deque[tuple[Key, Change]] = field(default_factory=deque)

    def starting(self, state: State) -> None:
        """Register what stood before the run."""
        for item in list(state.draft.values()):
            if item.kind in READING:
                self._register(state, item)

    def settle(self, state: State) -> None:
        """Follow every change since the last time, and those that it brings about."""
        while self.seen < len(state.changes) or self.waiting:
            if self.seen < len(state.changes):
                change = state.changes[self.seen]
                self.seen += 1
                self._follow(state, change)
            else:
                key, cause = self.waiting.popleft()
                if key in self.readers:
                    self._assess(state, self.readers[key], cause)
        state.lineages.clear()

    # -- the index -----------------------------------------------------------------------------------------------------

    def _register(self, state: State, item: CatalogObject) -> None:
        self._forget(item.key)
        self.readers[item.key] = reader = read(state, item, state.lineages.pop(item.name, None))
        for name in reader.reads:
            self.above.setdefault(name, {})[item.key] = None

    def _forget(self, key: Key) -> None:
        reader = self.readers.pop(key, None)
        for name in reader.reads if reader else ():
            self.above[name].pop(key, None)

    def _unbreak(self, key: Key) -> None:
        for harm in Harm:
            self.broken.pop((key, harm), None)

    def over(self, name: Name) -> list[Reader]:
        """Who reads that name."""
        return [self.readers[key] for key in self.above.get(name, ())]

    # -- changes -------------------------------------------------------------------------------------------------------

    def _follow(self, state: State, change: Change) -> None:
        self._own(state, change)
        names = [change.object, change.to] if isinstance(change, RenameObject) else [change.object]
        if change.kind in (Kind.FUNCTION, Kind.PROCEDURE):
            names += [name.beside(name.name.partition("(")[0]) for name in names]
        names += [reader.name for name in names for reader in self.over(name) if reader.item.kind is Kind.STREAM]
        for name in names:
            for reader in self.over(name):
                if self._concerns(reader, name, change):
                    self.waiting.append((reader.key, change))
        if isinstance(change, ReplaceObject | DropObject) and change.kind in RELATIONS | {Kind.FUNCTION}:
            self._rebuilt(change)
        if isinstance(change, ChangeProperty) and change.property == "change_tracking" and not change.after:
            self._untracked(change)

    def _own(self, state: State, change: Change) -> None:
        """What a change does to the entry of its own object."""
        key = change.kind.domain, change.object
        if isinstance(change, CreateObject | ReplaceObject):
            self._unbreak(key)
            if change.after.kind in READING:
                self._register(state, change.after)
                if self._inherited(self.readers[key]):
                    self.waiting.append((key, change))
            else:
                self._forget(key)
            if isinstance(change, ReplaceObject) and change.after.kind is Kind.DYNAMIC_TABLE and change.before == change.after:
                why = "it is replaced by an identical one, and filled again from nothing"
                self._mark(change.after, Harm.REINITIALIZED, change, why, (Step(change.object),))
        elif isinstance(change, DropObject):
            self._unbreak(key)
            self._forget(key)
        elif isinstance(change, RenameObject):
            self._moved(state, key, change)
        elif isinstance(change, ChangeDefinition) or (isinstance(change, ChangeProperty) and change.property in ("source", "target")):
            item = state.draft.get(key)
            if item is not None and item.kind in READING:
                if isinstance(change, ChangeDefinition):
                    self._unbreak(key)
                self._register(state, item)
        if key in self.readers and key in state.draft:
            self.readers[key].item = state.draft[key]

    def _moved(self, state: State, key: Key, change: RenameObject) -> None:
        """A renamed reader keeps what it reads, by the names that it had in mind."""
        to = key[0], change.to
        reader = self.readers.get(key)
        if reader is None:
            return
        self._forget(key)
        reader.item = state.draft.get(to) or replace(reader.item, name=change.to)
        if change.to.parent != change.object.parent:
            reader = self._elsewhere(state, reader)
            self.waiting.append((to, change))
        self.readers[to] = reader
        for name in reader.reads:
            self.above.setdefault(name, {})[to] = None
        for harm in Harm:
            found = self.broken.pop((key, harm), None)
            if found is not None:
                self.broken[to, harm] = replace(found, object=change.to)

    def _elsewhere(self, state: State, reader: Reader) -> Reader:
        """A reader in another schema, or in one of another name: what its text names without a schema lies there [M]."""
        fresh = read(state, reader.item)
        if not fresh.reads:
            return reader
        there = frozenset(fresh.reads) if reader.there.issuperset(reader.reads) else fresh.there | (reader.there & set(fresh.reads))
        return replace(fresh, there=there, result=reader.result, faults=reader.faults, listed=reader.listed)

    def _concerns(self, reader: Reader, name: Name, change: Change) -> bool:
        """name: what the reader reads, the changed object itself or a stream on it."""
        if reader.item.kind is Kind.STREAM:
            return False
        if isinstance(change, WHOLE) or (reader.key, Harm.BROKEN) in self.broken:
            return True
        if isinstance(change, RenameColumn):
            return reader.reads_column(name, change.column) or reader.reads_column(name, change.to)
        return isinstance(change, _COLUMN) and reader.reads_column(name, change.column_name or "")

    def _rebuilt(self, change: ReplaceObject | DropObject) -> None:
        """What was replaced has lost its history: streams on it their offset, dynamic tables start anew; views pass that on."""
        waiting: list[tuple[Name, Origin]] = [(change.object, (Step(change.object),))]
        replaced = isinstance(change, ReplaceObject)
        reached: set[Name] = set()
        while waiting:
            name, path = waiting.pop()
            for reader in self.over(name):
                if reader.name in reached:
                    continue
                reached.add(reader.name)
                further = (*path, Step(reader.name))
                if reader.item.kind is Kind.STREAM:
                    did = "replaced" if replaced else "dropped"
                    why = f"{change.object} is {did}, and the stream stays on what it was: its offset is lost"
                    self._mark(reader.item, Harm.OFFSET_LOST, change, why, further)
                elif reader.item.kind is Kind.DYNAMIC_TABLE and replaced:
                    why = f"{change.object} is replaced, so the next refresh starts from nothing"
                    self._mark(reader.item, Harm.REINITIALIZED, change, why, further)
                elif reader.item.kind in QUERIED:
                    waiting.append((reader.name, further))

    def _untracked(self, change: ChangeProperty) -> None:
        for reader in self.over(change.object):
            if reader.item.kind in (Kind.STREAM, Kind.DYNAMIC_TABLE):
                why = f"change tracking of {change.object} is taken off"
                self._mark(reader.item, Harm.TRACKING_LOST, change, why, (Step(change.object), Step(reader.name)))

    def _mark(self, item: CatalogObject, harm: Harm, by: Change, why: str, path: Origin, inherited: bool = False) -> None:
        self.broken.setdefault(
            (item.key, harm), Broken(kind=item.kind, object=item.name, harm=harm, by=by, why=why, path=path, inherited=inherited)
        )

    # -- assessment ----------------------------------------------------------------------------------------------------

    def _assess(self, state: State, reader: Reader, cause: Change) -> None:
        """Whether the reader still works; where that changed, whoever reads it is asked too."""
        key = reader.key
        before = self.broken.get((key, Harm.BROKEN))
        verdict = self._inherited(reader) or assess.assess(state, reader, cause)
        if isinstance(verdict, assess.Fault):
            if before is None or before.why != verdict.why:
                self.broken.pop((key, Harm.BROKEN), None)
                path = verdict.path if verdict.inherited else (*self._origin(verdict.path[0]), *verdict.path[1:])
                self._mark(reader.item, Harm.BROKEN, verdict.by, verdict.why, path, verdict.inherited)
                self._ask_above(reader, verdict.by)
            return
        self.broken.pop((key, Harm.BROKEN), None)
        if reader.item.kind is Kind.DYNAMIC_TABLE and before is not None and isinstance(before.by, DropObject | DropColumn):
            self._mark(reader.item, Harm.REINITIALIZED, cause, f"{before.path[0]} was dropped and made again", before.path)
        if before is not None:
            self._ask_above(reader, cause)
        self._evolve(state, reader, verdict, cause)

    def _inherited(self, reader: Reader) -> assess.Fault | None:
        for name in reader.reads:
            found = self.broken.get((("TABLE", name), Harm.BROKEN))
            if found is not None:
                own = reader.column_over(name, found.column)
                gone = "is not refreshed any more" if found.kind is Kind.DYNAMIC_TABLE else "can't be read any more"
                return assess.Fault(f"{name}, which it reads, {gone}", found.by, (*found.path, Step(reader.name, own)), inherited=True)
        return None

    def _ask_above(self, reader: Reader, cause: Change) -> None:
        self.waiting.extend((above.key, cause) for above in self.over(reader.name) if above.item.kind is not Kind.STREAM)

    def _origin(self, step: Step) -> Origin:
        """The way to a column that itself followed a change further down."""
        return self.evolved.get((step.object, step.column or ""), (step,))

    def _evolve(self, state: State, reader: Reader, verdict: assess.Evolution, cause: Change) -> None:
        """Emit what follows by itself, and remember the way that it came."""
        origin = self._origin(Step(cause.object, cause.column_name))
        for change in verdict.changes:
            state.emit(change)
            self.evolved[reader.name, change.column_name or ""] = (*origin, Step(reader.name, change.column_name))
        if verdict.reinitialized:
            self._mark(reader.item, Harm.REINITIALIZED, cause, verdict.reinitialized, (*origin, Step(reader.name)))
        if verdict.lineage is not None:
            item = state.draft[reader.key]
            state.lineages[item.name] = verdict.lineage
            self._register(state, item)
