"""What replay knows while it reads: the draft, the session's context, and what each statement did so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from snowpact.model.apply import apply_to, reverse
from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Column, Key, Kind
from snowpact.model.change import Change, CreateObject, DropObject, OpaqueChange, RenameObject, ReplaceObject
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.source import Source
from snowpact.model.types import BOOLEAN, Certainty, varchar
from snowpact.replay.draft import Draft
from snowpact.sql.classify import Classified
from snowpact.sql.literals import string_value
from snowpact.sql.tokens import Token
from snowpact.sql.typing import Lineage

ACCOUNT = frozenset({Kind.DATABASE, Kind.WAREHOUSE, Kind.ROLE, Kind.SHARE})
"""Kinds whose names have one part."""

ATTACHED = frozenset({"grants", "future_grants", "tags", "row_access_policy", "aggregation_policy", "data_metric_functions"})
"""Properties that stand on an object without being part of its definition: CREATE OR ALTER leaves them as they are
(https://docs.snowflake.com/en/sql-reference/sql/create-or-alter)."""

_TRANSIENT_INSIDE = {Kind.SCHEMA, Kind.TABLE, Kind.DYNAMIC_TABLE}


class Refused(Exception):
    """Snowflake would refuse the statement: it becomes ``statement-refused-by-snowflake``."""


class Opaque(Exception):
    """What a statement does can't be told from its text. touches: what it may have changed, at most; None: nobody can tell."""

    def __init__(self, reason: str, touches: Iterable[Name] | None = None):
        super().__init__(reason)
        self.reason, self.touches = reason, None if touches is None else tuple(touches)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that Snowflake would refuse, and why."""

    source: Source
    statement: str
    message: str


Assumed = Callable[[Kind, Name], CatalogObject | None]
Seen = Callable[[Kind, Name], bool]
"""Whether the catalog that replay starts from would hold an object of that kind and name, were there one."""


def nothing_assumed(kind: Kind, name: Name) -> CatalogObject | None:
    return None


def nothing_seen(kind: Kind, name: Name) -> bool:
    return False


@dataclass
class State:
    """One run over scripts in order.

    complete: containers whose whole content replay has seen made, so that what is missing there does not exist; elsewhere it may stand
    on the target, unknown to us, unless whoever looked there would have ``seen`` it; ``assumed`` may know it from a contract.
    supposed: what stood before without being in the catalog that replay started from. gone: what was dropped or renamed away.
    doubtful: what an opaque statement may have made or dropped.
    lost: the current database can't be told. depth: calls within calls. variables: the session's, as SQL constants, as far as known.
    """

    draft: Draft
    assumed: Assumed = nothing_assumed
    seen: Seen = nothing_seen
    database: str | None = None
    schema: str | None = None
    source: Source = field(default_factory=lambda: Source(""))
    temporary: Draft = field(default_factory=Draft)
    complete: set[Name] = field(default_factory=set)
    supposed: dict[Key, CatalogObject] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)
    doubtful: set[Name] = field(default_factory=set)
    lost: bool = False
    depth: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    dropped: dict[tuple[str, Name], list[tuple[CatalogObject, ...]]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    lineages: dict[Name, Lineage] = field(default_factory=dict)
    """Of queries just read, by the object that is made of them."""

    @classmethod
    def starting(cls, start: Catalog, assumed: Assumed = nothing_assumed, seen: Seen = nothing_seen) -> State:
        return cls(Draft(start), assumed, seen)

    def begin(self) -> None:
        """A script starts in the session's own context."""
        self.database, self.schema, self.lost = None, None, False

    def use(self, database: str, schema: str | None) -> None:
        self.database, self.schema, self.lost = database, schema, False

    def emit(self, change: Change) -> None:
        """Apply a change and write it into the journal with the statement's source. Temporary objects leave no trace there."""
        change = replace(change, source=self.source)
        if self._is_temporary(change):
            apply_to(self.temporary, change)
            return
        apply_to(self.draft, change)
        if isinstance(change, DropObject | RenameObject):
            self.gone.add((change.kind.domain, change.object))
        self.changes.append(change)

    def undo(self, mark: int) -> None:
        """Take back every change after the first ``mark``."""
        while len(self.changes) > mark:
            apply_to(self.draft, reverse(self.changes.pop()))

    def _is_temporary(self, change: Change) -> bool:
        if isinstance(change, CreateObject):
            return bool(change.after.property("temporary"))
        return self.temporary.find(change.kind, change.object) is not None

    def opaque(self, statement: str, reason: str, touches: Iterable[Name] | None) -> None:
        kept = tuple(dict.fromkeys(self.everywhere() if touches is None else touches))
        self.doubtful.update(kept)
        kind = Kind.DATABASE if not kept or len(kept[0].parts) == 1 else Kind.SCHEMA if len(kept[0].parts) == 2 else Kind.TABLE
        name = kept[0] if kept else Name.of(self.database or "UNKNOWN")
        self.changes.append(OpaqueChange(kind=kind, object=name, source=self.source, statement=statement, touches=kept, reason=reason))

    def everywhere(self) -> tuple[Name, ...]:
        """What a statement may touch of which nothing is known: the session's database, or where that is lost every database."""
        if self.lost:
            return tuple(item.name for item in self.draft.values() if item.kind is Kind.DATABASE)
        return (Name.of(self.database),) if self.database else ()

    # -- names ---------------------------------------------------------------------------------------------------------

    def name(self, written: str | Name, kind: Kind = Kind.TABLE) -> Name:
        """The full name of what a statement calls ``written``. Raises Refused without a current database or schema."""
        found = written if isinstance(written, Name) else Name.parse(spelled_out(written))
        parts = 1 if kind in ACCOUNT else 2 if kind is Kind.SCHEMA else 3
        if len(found.parts) >= parts:
            return found
        if self.lost:
            raise Opaque(f"{written} lies in a database that can't be told")
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
        found = self.find(kind, name) or self.suppose(kind, name)
        if found is not None:
            return found
        if self.missing(kind, name):
            raise Refused(f"002003 (42S02): {kind} {name} does not exist or not authorized")
        raise Opaque(f"{kind} {name} is altered and was never created here", (name,))

    def suppose(self, kind: Kind, name: Name, otherwise: CatalogObject | None = None) -> CatalogObject | None:
        """The object that must have stood before: as its contract says, else ``otherwise``. None where it is known to be missing."""
        item = None if self.missing(kind, name) else self.assumed(kind, name) or otherwise
        if item is not None and (kind.domain, name) not in self.gone:
            self.draft[item.key] = self.supposed[item.key] = item
            return item
        return None

    def missing(self, kind: Kind, name: Name) -> bool:
        """Whether an object that is not in the draft is known not to exist."""
        return self.knows(name) or (((kind.domain, name) in self.gone or self.seen(kind, name)) and not self._doubted(name))

    def _doubted(self, name: Name) -> bool:
        return any(Name(name.parts[:length]) in self.doubtful for length in range(1, len(name.parts) + 1))

    def known_whole(self, name: Name) -> bool:
        """Whether every column of an object is known: it was not taken from its contract, and nothing opaque may have altered it."""
        return ("TABLE", name) not in self.supposed and not self._doubted(name)

    def knows(self, name: Name) -> bool:
        """Whether everything in the object's container was made here, and nothing opaque may have made the object."""
        if self._doubted(name):
            return False
        parent = name.parent
        while parent is not None:
            if parent in self.complete:
                return True
            parent = parent.parent
        return False

    # -- what many families do -----------------------------------------------------------------------------------------

    def create(
        self, item: CatalogObject, modifiers: frozenset[str], copy_grants: bool = False, source: CatalogObject | None = None
    ) -> CatalogObject | None:
        """CREATE [OR REPLACE] [IF NOT EXISTS]: the object that was there and is altered instead under OR ALTER, else None.

        A replaced object loses its grants, but for COPY GRANTS, and gets those that its container gives to whatever is made in it.
        source: what it is a clone of, whose grants are copied where nothing is replaced.
        Raises Refused where the schema or database that it would lie in is known not to exist.
        """
        self.require_container(item.name)
        item = self.inherited(item)
        temporary = bool(item.property("temporary"))
        found = self.temporary.find(item.kind, item.name) if temporary else self.find(item.kind, item.name)
        if found is None or "or_replace" in modifiers:
            item = item.with_properties(grants=self._first_grants(item, found or source if copy_grants else None))
            self.doubtful.discard(item.name)
        if found is None:
            self.emit(CreateObject(kind=item.kind, object=item.name, after=item))
            return None
        if "if_not_exists" in modifiers:
            return None
        if "or_replace" not in modifiers and "or_alter" not in modifiers:
            raise Refused(f"002002 (42710): {found.kind} {item.name} already exists")
        if found.kind is not item.kind:
            raise Refused(f"002002 (42710): {item.name} is a {found.kind}, not a {item.kind}")
        if "or_alter" in modifiers:
            return found
        self.emit(ReplaceObject(kind=found.kind, object=found.name, before=found, after=item))
        return None

    def inherited(self, item: CatalogObject) -> CatalogObject:
        """What is created in a transient database or schema is transient
        (https://docs.snowflake.com/en/sql-reference/sql/create-database#optional-parameters)."""
        parent = item.name.parent
        if item.kind not in _TRANSIENT_INSIDE or item.property("temporary") or parent is None:
            return item
        container = self.find(Kind.SCHEMA if len(parent.parts) == 2 else Kind.DATABASE, parent)
        return item.with_properties(transient=True) if container is not None and container.property("transient") else item

    def require_container(self, name: Name) -> None:
        """Raises Refused where the schema or database that a name lies in is known not to exist."""
        parent = name.parent
        if parent is None:
            return
        kind = Kind.SCHEMA if len(parent.parts) == 2 else Kind.DATABASE
        if self.find(kind, parent) is None and self.missing(kind, parent):
            raise Refused(f"002003 (02000): {kind} {parent} does not exist or not authorized")
        self.require_container(parent)

    def _first_grants(self, item: CatalogObject, copied: CatalogObject | None) -> frozenset | None:
        """What is granted on an object from its birth. Future grants of a schema go before those of its database
        (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege#considerations)."""
        given = set(copied.property("grants") or ()) if copied else set()
        parent = item.name.parent
        while parent is not None:
            container = self.find(Kind.SCHEMA if len(parent.parts) == 2 else Kind.DATABASE, parent)
            promised = (container.property("future_grants") or ()) if container else ()
            future = {grant[1:] for grant in promised if grant[0] == item.kind.value}
            if future:
                return frozenset(given | future)
            parent = parent.parent
        return frozenset(given) or None

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
        except (Refused, Opaque):
            return None
        found = self.relation(full) or self.find(Kind.FUNCTION, full)
        if found is not None:
            return found
        same = self.draft.overloads(Kind.FUNCTION, full)
        return same[0] if len(same) == 1 else self._stream(full)

    def _stream(self, name: Name) -> CatalogObject | None:
        """What a stream shows: the columns of its source, and three of its own (https://docs.snowflake.com/en/user-guide/streams-intro)."""
        stream = self.find(Kind.STREAM, name)
        source = self.relation(stream.property("source")) if stream and stream.property("source") else None
        return replace(source, name=name, columns=(*source.columns, *_METADATA)) if source else None

    def inside(self, name: Name) -> State:
        """The same state with an object's own database and schema current: how names in a view resolve."""
        return State(**{**self.__dict__, "database": name.parts[0], "schema": name.parts[1], "lost": False})


_METADATA = tuple(
    Column(f"METADATA${name}", type_, certainty=Certainty.FAMILY, reason="the page of streams names the column and not its type")
    for name, type_ in (("ACTION", varchar()), ("ISUPDATE", BOOLEAN), ("ROW_ID", varchar()))
)
_NAMED_BY_TEXT = re.compile(r"(?:IDENTIFIER|TABLE)\(('.*')\)\Z", re.IGNORECASE | re.DOTALL)


def spelled_out(written: str) -> str:
    """The name that ``IDENTIFIER('db.t')`` stands for. Raises Opaque for one that a variable or a template gives."""
    match = _NAMED_BY_TEXT.match(written)
    if match:
        return string_value(Token("string", match[1], 0, len(match[1])))
    if written.startswith(("$", "&")) or written.upper().startswith(("IDENTIFIER(", "TABLE(")):
        raise Opaque(f"the object is named by {written}, whose value can't be told")
    return written


def fits(kind: Kind, found: Kind) -> bool:
    """Whether a statement on a ``kind`` may be about what was found: DROP TABLE also drops a dynamic table
    (https://docs.snowflake.com/en/sql-reference/sql/drop-dynamic-table)."""
    return found is kind or kind not in RELATIONS or (kind is Kind.TABLE and found not in (Kind.VIEW, Kind.MATERIALIZED_VIEW))


def unmodelled(state: State, statement: Classified) -> Opaque:
    """Nobody knows what the statement does: it may touch the object that it names, else its own database."""
    kind = getattr(statement.kind, "value", statement.kind)
    reason = f"{statement.verb} {kind or ''}".strip() + " is not modelled"
    if statement.name is None:
        return Opaque(reason)
    try:
        return Opaque(reason, (state.name(statement.name),))
    except (Refused, Opaque, NameSyntaxError):
        return Opaque(reason)
