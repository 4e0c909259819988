"""The Contract: one ``.avsc`` file as the rest of the program sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from snowpact.contracts.document import Document, Path, parse_path
from snowpact.contracts.quality import AcceptedValues, NotNull, QualityRule, Unique
from snowpact.model.catalog import Column, Kind
from snowpact.model.names import Name
from snowpact.model.source import Source

NULLABILITY_KINDS = frozenset({Kind.TABLE, Kind.HYBRID_TABLE, Kind.ICEBERG_TABLE, Kind.EVENT_TABLE})
"""Where the catalog's NOT NULL and keys mean something; on views, dynamic and external tables Snowflake reports them
unreliably, and the promise becomes a quality rule."""


class Compatibility(str, Enum):
    """How a contract may evolve: Confluent's modes."""

    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"
    NONE = "NONE"

    def __str__(self) -> str:
        return self.value

    @property
    def transitive(self) -> bool:
        """Whether every earlier version counts, not the last alone."""
        return self.value.endswith("_TRANSITIVE")

    @property
    def direction(self) -> str:
        """BACKWARD, FORWARD, FULL or NONE."""
        return self.value.removesuffix("_TRANSITIVE")


@dataclass(frozen=True, slots=True)
class Deprecated:
    """On its way out: since a version or date, kept until remove_after, and what to use instead."""

    since: str | None = None
    remove_after: date | None = None
    use: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    privilege: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    columns: tuple[str, ...]
    references: Name
    referenced_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    primary: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign: tuple[ForeignKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Freshness:
    """target_lag in Snowflake's words (``5 minutes``), and the same in seconds."""

    target_lag: str
    seconds: int


@dataclass(frozen=True, slots=True)
class ContractField:
    """One field: its Avro name and type as parsed JSON, and the column that it declares.

    default stands only where has_default: an Avro default may be null. symbols are an enum's, else empty. aliases
    are Avro's, folded: former names of the column, which SQL consumers don't see.
    """

    name: str
    column: Column
    type: Any = field(hash=False)
    doc: str | None = None
    has_default: bool = False
    default: Any = field(default=None, hash=False)
    symbols: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tags: tuple[tuple[Name, str], ...] = ()
    masked: bool = False
    deprecated: Deprecated | None = None
    path: Path = ()
    line: int = 1


@dataclass(frozen=True)
class Contract:
    """A promise about one object.

    path is relative to the project; name is the object's; kind None means any. exclusive: nobody but the owner has a
    privilege that grants don't list. schema is the Avro schema as parsed JSON, digest the SHA-256 of the file's bytes.
    Nothing here says whether the promise is kept.
    """

    path: str
    name: Name
    version: str
    fields: tuple[ContractField, ...]
    kind: Kind | None = None
    closed: bool = False
    compatibility: Compatibility = Compatibility.FULL_TRANSITIVE
    owner: str | None = None
    consumers: tuple[str, ...] = ()
    doc: str | None = None
    keys: Keys = Keys()
    freshness: Freshness | None = None
    quality: tuple[QualityRule, ...] = ()
    grants: tuple[Grant, ...] = ()
    exclusive: bool = False
    deprecated: Deprecated | None = None
    wire: str | None = None
    digest: str = ""
    document: Document = field(default=Document("", {}, {}), compare=False, repr=False)

    @property
    def schema(self) -> dict[str, Any]:
        return self.document.value

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(item.column for item in self.fields)

    def field(self, column: str) -> ContractField | None:
        """The field that declares a column, by its stored name."""
        return next((item for item in self.fields if item.column.name == column), None)

    def checks(self) -> tuple[QualityRule, ...]:
        """The quality rules as written and those that types and keys imply, each once.

        A primary key is unique and not null; an enum accepts its symbols; a field that allows no null has none. On
        tables Snowflake itself enforces NOT NULL; the rule costs nothing and holds wherever the data is read.
        """
        implied: list[QualityRule] = [NotNull(item.column.name) for item in self.fields if not item.column.nullable]
        implied += [NotNull(column) for column in self.keys.primary]
        implied += [Unique(columns) for columns in (self.keys.primary, *self.keys.unique) if columns]
        implied += [AcceptedValues(item.column.name, item.symbols) for item in self.fields if item.symbols]
        return tuple(dict.fromkeys((*self.quality, *implied)))

    def source(self, path: str | Path = ()) -> Source:
        """Where a JSON path (``$.fields[2].type`` or its steps) stands in the file."""
        line, char = self.document.place(parse_path(path) if isinstance(path, str) else path)
        return Source(self.path, line, char)

    def line_of(self, json_path: str) -> int:
        return self.source(json_path).line

    def places(self) -> dict[str | None, Source]:
        """Where each column is declared, by stored name; under None, where the object is."""
        return {None: self.source(("name",)), **{item.column.name: self.source(item.path) for item in self.fields}}
