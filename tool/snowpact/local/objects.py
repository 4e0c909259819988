"""The engine's objects: what exists, by key, and what was dropped and may come back.

A Record is a CatalogObject with what only the engine knows: its never reused id, which is its identity (streams and
physical tables follow it through renames), its owner and times, and which physical column holds which column. The state is an
immutable value: a statement computes the next one, and the engine takes it over when DuckDB has committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from snowpact.model.catalog import INTEGRATIONS, CatalogObject, Key, Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.governance.hierarchy import Hierarchy

PARTIES = frozenset({Kind.ROLE, Kind.DATABASE_ROLE, Kind.USER})
"""Kinds whose changes change the hierarchy of roles."""

ACCOUNT_KINDS = (
    Kind.DATABASE, Kind.WAREHOUSE, Kind.ROLE, Kind.USER, Kind.SHARE, Kind.NETWORK_POLICY, Kind.RESOURCE_MONITOR, *INTEGRATIONS,
)  # fmt: skip
DEPTH = {**dict.fromkeys(ACCOUNT_KINDS, 1), Kind.SCHEMA: 2, Kind.DATABASE_ROLE: 2}
"""How many parts a full name of that kind has; 3 where it is not said."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object. physical: the physical column of each column, in the object's column order.

    dropped_with: the id of what was dropped, this object itself or the schema or database that held it; UNDROP brings back what
    went together. extra: what a feature keeps about its objects, JSON values only.
    """

    id: int
    object: CatalogObject
    created_on: datetime
    owner: str | None = None
    physical: tuple[str, ...] = ()
    next_column: int = 1
    altered_on: datetime | None = None
    dropped_on: datetime | None = None
    dropped_with: int | None = None
    temporary: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.object.key

    @property
    def name(self) -> Name:
        return self.object.name

    @property
    def table(self) -> str:
        """The physical table, in DuckDB's spelling."""
        return f'_data."t{self.id}"'

    @property
    def relation(self) -> str:
        """The name, in schema ``_data``, of the view that shows the physical table under its Snowflake column names."""
        return f"v{self.id}"

    def with_object(self, item: CatalogObject) -> Record:
        return replace(self, object=item)

    def with_extra(self, **values: Any) -> Record:
        """A copy with these extras set; None removes one."""
        return replace(self, extra={key: value for key, value in {**self.extra, **values}.items() if value is not None})

    def physical_of(self, column: str) -> str:
        """The physical column of a column; raises KeyError."""
        return self.physical[self.object.position(column)]

    def property(self, key: str, default: Any = None) -> Any:
        return self.object.property(key, default)


@dataclass(frozen=True)
class State:
    """All permanent objects at one moment. version grows with every change: caches are keyed by it. by_id also holds what was dropped."""

    by_key: Mapping[Key, Record] = field(default_factory=dict)
    dropped: tuple[Record, ...] = ()
    version: int = 0
    by_id: Mapping[int, Record] = field(default_factory=dict)

    def get(self, domain: str, name: Name) -> Record | None:
        return self.by_key.get((domain, name))

    def __iter__(self) -> Iterator[Record]:
        return iter(self.by_key.values())

    @cached_property
    def streams(self) -> tuple[Record, ...]:
        """Every stream, those among them that went with their schema or database and may come back."""
        away = (record for record in self.dropped if record.dropped_with != record.id)
        return tuple(record for record in (*self.by_key.values(), *away) if record.object.kind is Kind.STREAM)

    @cached_property
    def followers(self) -> tuple[Record, ...]:
        """Everything that reads change logs: streams, and dynamic tables that are refreshed from them."""
        dynamic = (record for record in self.by_key.values() if record.object.kind is Kind.DYNAMIC_TABLE and record.extra.get("tables"))
        return (*self.streams, *dynamic)

    @cached_property
    def followed(self) -> frozenset[int]:
        """The ids of the tables whose changes are logged."""
        return frozenset(id_ for follower in self.followers for id_ in follower.extra["tables"])

    @cached_property
    def reads(self) -> dict[int, list[Record]]:
        """What the views and dynamic tables read that were asked about so far: ``dynamic/graph.py``."""
        return {}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The databases that are made from shares."""
        return frozenset(record.name.name for record in self if record.object.kind is Kind.DATABASE and "share" in record.extra)

    @cached_property
    def masking_tags(self) -> frozenset[int]:
        """The ids of the tags that carry masking policies."""
        return frozenset(record.id for record in self.by_key.values() if record.object.kind is Kind.TAG and record.extra.get("policies"))

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """Which roles the roles and users hold."""
        from snowpact.local.governance.hierarchy import Hierarchy

        return Hierarchy(self.by_key.values())

    def within(self, container: Name) -> list[Record]:
        """What lies inside a database or schema, the container left out."""
        return [record for record in self if record.name.within(container) and record.name != container]

    def after(self, changed: Iterable[Record]) -> State:
        """The next state: every record of ``changed`` replaces the one with its id, wherever that stood."""
        records = {record.id: record for record in changed}
        kept = dict(self.by_key)
        for record in records.values():
            before = self.by_id.get(record.id)
            if before is not None and kept.get(before.key) is before:
                del kept[before.key]
        kept.update((record.key, record) for record in records.values() if record.dropped_on is None)
        still = tuple(record for record in self.dropped if record.id not in records)
        gone = tuple(record for record in records.values() if record.dropped_on is not None)
        state = State(kept, still + gone, self.version + 1, {**self.by_id, **records})
        if "hierarchy" in self.__dict__ and not any(record.object.kind in PARTIES for record in records.values()):
            state.__dict__["hierarchy"] = self.hierarchy  # nothing in it has changed
        if "imported" in self.__dict__ and not any(record.object.kind is Kind.DATABASE for record in records.values()):
            state.__dict__["imported"] = self.imported
        if "masking_tags" in self.__dict__ and not any(record.object.kind is Kind.TAG for record in records.values()):
            state.__dict__["masking_tags"] = self.masking_tags
        return state

    def without(self, ids: Collection[int]) -> State:
        """The state without dropped objects that are gone for good."""
        dropped = tuple(record for record in self.dropped if record.id not in ids)
        by_id = {id_: record for id_, record in self.by_id.items() if id_ not in ids}
        return State(self.by_key, dropped, self.version + 1, by_id)
