"""What replay knows while it reads: the draft, the session's context, and what each statement did so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from snowpact.model.apply import apply_to
from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.change import Change, CreateObject, DropObject, OpaqueChange, ReplaceObject
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.replay.draft import Draft

ACCOUNT = frozenset({Kind.DATABASE, Kind.WAREHOUSE, Kind.ROLE, Kind.SHARE})
"""Kinds whose names have one part."""


class Refused(Exception):
    """Snowflake would refuse the statement: it becomes ``statement-refused-by-snowflake``."""


class Opaque(Exception):
    """What a statement does can't be told from its text. touches: what it may have changed, at most."""

    def __init__(self, reason: str, touches: Iterable[Name] = ()):
        super().__init__(reason)
        self.reason, self.touches = reason, tuple(touches)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that Snowflake would refuse, and why."""

    source: Source
    statement: str
    message: str


Assumed = Callable[[Kind, Name], CatalogObject | None]


def nothing_assumed(kind: Kind, name: Name) -> CatalogObject | None:
    return None


@dataclass
class State:
    """One run over scripts in order. ``complete`` are the containers whose whole content replay has seen made: what is missing
    there does not exist; elsewhere it may stand on the target, unknown to us, and ``assumed`` may know it from a contract."""

    draft: Draft
    assumed: Assumed = nothing_assumed
    database: str | None = None
    schema: str | None = None
    source: Source = field(default_factory=lambda: Source(""))
    temporary: Draft = field(default_factory=Draft)
    complete: set[Name] = field(default_factory=set)
    dropped: dict[tuple[str, Name], list[tuple[CatalogObject, ...]]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @classmethod
    def starting(cls, start: Catalog, assumed: Assumed = nothing_assumed) -> State:
        return cls(Draft(start), assumed)

    def emit(self, change: Change) -> None:
        """Apply a change and write it into the journal with the statement's source. Temporary objects leave no trace there."""
        change = replace(change, source=self.source)
        if self._is_temporary(change):
            apply_to(self.temporary, change)
            return
        apply_to(self.draft, change)
        self.changes.append(change)

    def _is_temporary(self, change: Change) -> bool:
        if isinstance(change, CreateObject):
            return bool(change.after.property("temporary"))
        return self.temporary.find(change.kind, change.object) is not None

    def opaque(self, statement: str, reason: str, touches: Iterable[Name]) -> None:
        kept = tuple(dict.fromkeys(touches))
        kind = Kind.DATABASE if not kept or len(kept[0].parts) == 1 else Kind.SCHEMA if len(kept[0].parts) == 2 else Kind.TABLE
        name = kept[0] if kept else Name.of(self.database or "UNKNOWN")
        self.changes.append(OpaqueChange(kind=kind, object=name, source=self.source, statement=statement, touches=kept, reason=reason))

    # -- names ---------------------------------------------------------------------------------------------------------

    def name(self, written: str | Name, kind: Kind = Kind.TABLE) -> Name:
        """The full name of what a statement calls ``written``. Raises Refused without a current database or schema."""
        found = written if isinstance(written, Name) else Name.parse(written)
        parts = 1 if kind in ACCOUNT else 2 if kind is Kind.SCHEMA else 3
        if len(found.parts) >= parts:
            return found
        if self.database is None:
            raise Refused("090105 (22000): the session has no current database: use a qualified name, or USE DATABASE first")
        if len(found.parts) == 1 and parts == 3:
            if self.schema is None:
                raise Refused("090106 (22000): the session has no current schema: use a qualified name, or USE SCHEMA first")
            return Name((self.database, self.schema, *found.parts))
        return Name((self.database, *found.parts))

    def find(self, kind: Kind, name: Name) -> CatalogObject | None:
        """The object as it stands now: the session's temporary one first, which hides the permanent one."""
        return self.temporary.find(kind, name) or self.draft.find(kind, name)

    def relation(self, name: Name) -> CatalogObject | None:
        return self.find(Kind.TABLE, name)

    def require(self, kind: Kind, name: Name) -> CatalogObject:
        """The object; what was never created here starts from its contract, else the statement is opaque.

        Raises Refused where replay has seen the whole container made and the object is not in it.
        """
        found = self.find(kind, name)
        if found is not None:
            return found
        if self.knows(name):
            raise Refused(f"002003 (42S02): {kind} {name} does not exist or not authorized")
        assumed = self.assumed(kind, name)
        if assumed is None:
            raise Opaque(f"{kind} {name} is altered and was never created here", (name,))
        self.draft[assumed.key] = assumed
        return assumed

    def knows(self, name: Name) -> bool:
        """Whether everything in the object's container was made here."""
        parent = name.parent
        while parent is not None:
            if parent in self.complete:
                return True
            parent = parent.parent
        return False

    # -- what many families do -----------------------------------------------------------------------------------------

    def create(self, item: CatalogObject, modifiers: frozenset[str]) -> CatalogObject | None:
        """CREATE [OR REPLACE] [IF NOT EXISTS]: the object that was there and is altered instead under OR ALTER, else None."""
        temporary = bool(item.property("temporary"))
        found = self.temporary.find(item.kind, item.name) if temporary else self.find(item.kind, item.name)
        if found is None:
            self.emit(CreateObject(kind=item.kind, object=item.name, after=item))
            return None
        if "if_not_exists" in modifiers:
            return None
        if "or_alter" in modifiers:
            return found
        if "or_replace" not in modifiers:
            raise Refused(f"002002 (42710): {found.kind} {item.name} already exists")
        if found.kind is not item.kind:
            raise Refused(f"002002 (42710): {item.name} is a {found.kind}, not a {item.kind}")
        self.emit(ReplaceObject(kind=found.kind, object=found.name, before=found, after=item))
        return None

    def drop(self, item: CatalogObject) -> None:
        """Drop an object, a container with all that is in it; UNDROP brings the same back."""
        gone = (*self.draft.within(item.name), item) if item.kind in (Kind.DATABASE, Kind.SCHEMA) else (item,)
        for one in gone:
            self.emit(DropObject(kind=one.kind, object=one.name, before=one))
        self.dropped.setdefault(item.key, []).append(gone)
        if self.database == item.name.parts[0] and (
            item.kind is Kind.DATABASE or (item.kind is Kind.SCHEMA and self.schema == item.name.name)
        ):
            self.schema = None
            self.database = None if item.kind is Kind.DATABASE else self.database

    def lookup(self, name: Name) -> CatalogObject | None:
        """What ``sql.typing`` asks: relations, and functions by argument types or, where only one bears it, by bare name."""
        try:
            full = self.name(name)
        except Refused:
            return None
        found = self.relation(full) or self.find(Kind.FUNCTION, full)
        if found is not None:
            return found
        siblings = self.draft.children(full.parent) if full.parent else []
        same = [item for item in siblings if item.kind is Kind.FUNCTION and item.name.name.partition("(")[0] == full.name]
        return same[0] if len(same) == 1 else None

    def inside(self, name: Name) -> State:
        """The same state with an object's own database and schema current: how names in a view resolve."""
        return State(**{**self.__dict__, "database": name.parts[0], "schema": name.parts[1]})
