"""What a rule is given, and what it gives back.

A rule sees one Change (or one Promise) and the Context it stands in; it answers with Faults. Severity, place, contract and
consumers are filled in by ``judge``, so that a rule says only what is its own: whether, what, and what to do instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from snowpact.model.catalog import Catalog, CatalogObject, Column, Kind
from snowpact.model.change import Change, DropObject, RenameObject
from snowpact.model.finding import Comparison, Severity
from snowpact.model.names import Name, spell
from snowpact.model.shape import Schema
from snowpact.model.source import Source
from snowpact.model.types import Certainty

MODES = ("BACKWARD", "FORWARD", "FULL", "NONE")
STORED = frozenset({Kind.TABLE, Kind.HYBRID_TABLE, Kind.ICEBERG_TABLE})
"""The kinds whose nullability and keys a catalog can be trusted with: not views, dynamic or external tables."""

_LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}


@dataclass(frozen=True, slots=True)
class Care:
    """How a column, or under None an object, is looked after: masked; tags by full or partial name; (privilege, role) pairs granted.
    allowed: beside the owner's the only pairs that may be; None where others may be too. others: what shares and the like have, as told.
    """

    masked: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    grants: frozenset[tuple[str, str]] = frozenset()
    allowed: frozenset[tuple[str, str]] | None = None
    others: frozenset[str] = frozenset()


NO_CARE = Care()


@dataclass(frozen=True, slots=True)
class Promise:
    """What a contract says beyond its columns, in the model's terms: rules know no contract files.

    kind is None where the contract names none. places gives the line of each column (by stored name) and, under None, of the
    contract itself. freshness is the promised target lag as written. aliases are the former names of a column. verified holds
    the sets of columns whose uniqueness a quality rule checks. sunsets gives the day until which a deprecated column is kept, under
    None that of the object. schema is what the fields look like inside, in Avro's terms; substance a digest of all that is promised,
    without what only describes it. care is of columns, under None of the object.
    """

    name: Name
    contract: str
    version: str
    kind: Kind | None = None
    closed: bool = False
    mode: str = "FULL_TRANSITIVE"
    owner: str | None = None
    consumers: tuple[str, ...] = ()
    freshness: str | None = None
    deprecated: Mapping[str | None, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verified: tuple[frozenset[str], ...] = ()
    sunsets: Mapping[str | None, date] = field(default_factory=dict)
    schema: Schema | None = field(default=None, repr=False)
    substance: str = ""
    care: Mapping[str | None, Care] = field(default_factory=dict)
    places: Mapping[str | None, Source] = field(default_factory=dict)

    def place(self, column: str | None = None) -> Source:
        """Where the contract speaks of the column, else of the object."""
        return self.places.get(column) or self.places.get(None) or Source(self.contract)

    def sunset(self, column: str | None = None) -> date | None:
        """The last day for which the column, or the whole object, was announced to stay."""
        return self.sunsets.get(column) or self.sunsets.get(None)


@dataclass(frozen=True, slots=True)
class Succession:
    """One contract at the base and at the head, what that breaks included: for rules about the contract file itself.

    after is None where the contract is gone. breaks are the errors found between the two, in words; announced of them were, and
    their day has passed.
    """

    before: Promise
    after: Promise | None
    breaks: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return self.after.name if self.after else self.before.name


@dataclass(frozen=True, slots=True)
class Guard:
    """How something promised was to be looked after, and how it is; both sides have it. cause is the change to blame, where it is known
    for which of the two kinds; via are the steps from there, if the change was made elsewhere."""

    name: Name
    column: str | None
    before: Care
    after: Care
    cause: Change | None = None
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Severities:
    """How grave a rule's finding is, in each judgement in which the rule speaks; None where it is silent.

    evolution: one letter (E, W, I) for each of BACKWARD, FORWARD, FULL, NONE; ``E!`` is an error in every mode.
    satisfaction and schema_drift: one letter, for they know no mode. always: of a rule that use cases call with facts.
    """

    evolution: str | None = None
    satisfaction: str | None = None
    schema_drift: str | None = None
    always: str | None = None

    def of(self, comparison: Comparison, mode: str = "FULL") -> Severity | None:
        if self.always:
            return _LETTERS[self.always]
        if comparison is Comparison.SCHEMA_DRIFT:
            return self.schema_drift and _LETTERS[self.schema_drift]
        if comparison is not Comparison.EVOLUTION:
            return self.satisfaction and _LETTERS[self.satisfaction]
        return self.evolution and _LETTERS[self.in_mode(mode)]

    def in_mode(self, mode: str) -> str:
        """The evolution letter of a mode, TRANSITIVE or not."""
        letters = "EEEE" if self.evolution == "E!" else self.evolution or ""
        return letters[MODES.index(mode.removesuffix("_TRANSITIVE"))]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found: the message says what and where, ``instead`` what to do. The rest overrides what ``judge`` would fill in;
    cause is the change to blame where the rule looks at a promise; via are the steps from it to there.
    """

    message: str
    instead: str | None = None
    column: str | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    cause: Change | None = None
    via: tuple[str, ...] = ()


def nobody_to_blame(change: Change) -> Source | None:
    """The blame of a comparison that knows no statements."""
    return change.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where the changes that are judged come from.

    promises: what the ``before`` side promised, by object; in an evolution those of the base. now: those of the head, the same
    ones outside an evolution. blame: the statement that caused a change. lags: the effective target lag of dynamic tables whose
    own is DOWNSTREAM, as far as known. as_of: the day on which dates are judged. renamed: (object, column) → what a statement of the
    run made of a missing column; likely: what it looks to have become; moved: what a statement of the run renamed, or dropped or
    renamed around it, for a missing object. differing is what rules about types have worked out.
    """

    comparison: Comparison
    before: Catalog
    after: Catalog
    promises: Mapping[Name, Promise] = field(default_factory=dict)
    now: Mapping[Name, Promise] = field(default_factory=dict)
    blame: Callable[[Change], Source | None] = nobody_to_blame
    lags: Mapping[Name, str] = field(default_factory=dict)
    renamed: Mapping[tuple[Name, str], str] = field(default_factory=dict)
    likely: Mapping[tuple[Name, str], str] = field(default_factory=dict)
    moved: Mapping[Name, DropObject | RenameObject] = field(default_factory=dict)
    as_of: date = field(default_factory=date.today)
    differing: dict[int, tuple[Change, tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def evolution(self) -> bool:
        return self.comparison is Comparison.EVOLUTION

    @property
    def satisfaction(self) -> bool:
        return self.comparison in (Comparison.GATE, Comparison.CONTRACT_DRIFT)

    @property
    def schema_drift(self) -> bool:
        return self.comparison is Comparison.SCHEMA_DRIFT

    def promise(self, name: Name) -> Promise | None:
        """Who promised the object: the base's contract; the head's for an object the base did not know."""
        return self.promises.get(name) or self.now.get(name)

    def old(self, change: Change) -> CatalogObject | None:
        return self.before.get(change.kind, change.object)

    def new(self, change: Change) -> CatalogObject | None:
        return self.after.get(change.kind, change.object)

    def old_column(self, change: Change) -> Column | None:
        found = self.old(change)
        return found.column(change.column_name) if found and change.column_name else None

    def new_column(self, change: Change) -> Column | None:
        found = self.new(change)
        return found.column(change.column_name) if found and change.column_name else None

    def stored(self, change: Change) -> bool:
        """Whether the object that is judged is a table whose nullability and keys can be read. A contract's own promises can."""
        if self.evolution:
            return True
        found = self.new(change)
        return found is not None and found.kind in STORED


def place(name: Name, column: str | None = None) -> str:
    """``DB.SCHEMA.NAME`` or ``DB.SCHEMA.NAME.COLUMN``, as people write it."""
    return f"{name}.{spell(column)}" if column is not None else str(name)
