"""The frozen Catalog: what a schema is, whoever says so.

Three producers make one: replay or rehearsal (*predicted*), contracts (*declared*), inspection (*live*). None of them
defines the truth. All kinds of object share one shape, CatalogObject, so that comparing, applying and reversing are
written once; what only some kinds have (a dynamic table's lag, a task's schedule) stands in ``properties`` under the
lower-case name of Snowflake's own clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from snowpact.model.names import Name
from snowpact.model.pattern import TypePattern
from snowpact.model.types import Certainty, SnowflakeType


class Kind(str, Enum):
    """Snowflake's own words for kinds of object, as they stand after CREATE."""

    DATABASE = "DATABASE"
    SCHEMA = "SCHEMA"
    TABLE = "TABLE"
    VIEW = "VIEW"
    MATERIALIZED_VIEW = "MATERIALIZED VIEW"
    DYNAMIC_TABLE = "DYNAMIC TABLE"
    EXTERNAL_TABLE = "EXTERNAL TABLE"
    ICEBERG_TABLE = "ICEBERG TABLE"
    HYBRID_TABLE = "HYBRID TABLE"
    EVENT_TABLE = "EVENT TABLE"
    STREAM = "STREAM"
    TASK = "TASK"
    PROCEDURE = "PROCEDURE"
    FUNCTION = "FUNCTION"
    DATA_METRIC_FUNCTION = "DATA METRIC FUNCTION"
    SEQUENCE = "SEQUENCE"
    STAGE = "STAGE"
    FILE_FORMAT = "FILE FORMAT"
    PIPE = "PIPE"
    TAG = "TAG"
    MASKING_POLICY = "MASKING POLICY"
    ROW_ACCESS_POLICY = "ROW ACCESS POLICY"
    AGGREGATION_POLICY = "AGGREGATION POLICY"
    PROJECTION_POLICY = "PROJECTION POLICY"
    PASSWORD_POLICY = "PASSWORD POLICY"
    SESSION_POLICY = "SESSION POLICY"
    AUTHENTICATION_POLICY = "AUTHENTICATION POLICY"
    STREAMLIT = "STREAMLIT"
    ALERT = "ALERT"
    SECRET = "SECRET"
    NETWORK_RULE = "NETWORK RULE"
    NETWORK_POLICY = "NETWORK POLICY"
    INTEGRATION = "INTEGRATION"
    API_INTEGRATION = "API INTEGRATION"
    EXTERNAL_ACCESS_INTEGRATION = "EXTERNAL ACCESS INTEGRATION"
    NOTIFICATION_INTEGRATION = "NOTIFICATION INTEGRATION"
    SECURITY_INTEGRATION = "SECURITY INTEGRATION"
    STORAGE_INTEGRATION = "STORAGE INTEGRATION"
    RESOURCE_MONITOR = "RESOURCE MONITOR"
    WAREHOUSE = "WAREHOUSE"
    ROLE = "ROLE"
    DATABASE_ROLE = "DATABASE ROLE"
    USER = "USER"
    SHARE = "SHARE"

    def __str__(self) -> str:
        return self.value.lower()

    @property
    def domain(self) -> str:
        """The name space: tables, views and dynamic tables share one, so do integrations; every other kind has its own.

        https://docs.snowflake.com/en/sql-reference/sql/create-view: a table and a view may not share a name.
        """
        if self in INTEGRATIONS:
            return Kind.INTEGRATION.value
        return "TABLE" if self in RELATIONS else "FUNCTION" if self is Kind.DATA_METRIC_FUNCTION else self.value


RELATIONS = frozenset(
    {
        Kind.TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.DYNAMIC_TABLE,
        Kind.EXTERNAL_TABLE,
        Kind.ICEBERG_TABLE,
        Kind.HYBRID_TABLE,
        Kind.EVENT_TABLE,
    }
)
"""What has columns and can be selected from."""

INTEGRATIONS = frozenset(
    {
        Kind.INTEGRATION,
        Kind.API_INTEGRATION,
        Kind.EXTERNAL_ACCESS_INTEGRATION,
        Kind.NOTIFICATION_INTEGRATION,
        Kind.SECURITY_INTEGRATION,
        Kind.STORAGE_INTEGRATION,
    }
)
"""INTEGRATION itself is how ALTER, DROP, DESCRIBE and GRANT may name any of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``name`` is the stored name.

    certainty and reason say how sure the producer is of ``type``. accepts is only set in a declared catalog: the types
    that satisfy the promise, any of them; empty means ``type`` alone. default and expression are SQL text.
    identity is ``(start, increment)``.
    """

    name: str
    type: SnowflakeType
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    collation: str | None = None
    identity: tuple[int, int] | None = None
    expression: str | None = None
    masking_policy: Name | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None
    accepts: tuple[TypePattern, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if len(self.tags) > 1:
            object.__setattr__(self, "tags", tuple(sorted(self.tags)))

    def satisfied_by(self, actual: Column) -> bool:
        """Whether an actual column's type keeps what this declared one promised."""
        if self.accepts:
            return any(pattern.matches(actual.type) for pattern in self.accepts)
        return self.type == actual.type


@dataclass(frozen=True, slots=True)
class Constraint:
    """A declared key. kind: ``PRIMARY KEY``, ``UNIQUE``, ``FOREIGN KEY`` or ``CHECK``.

    Snowflake declares keys on standard tables without enforcing them, so a constraint is identified by what it says;
    its name is for people and not compared.
    """

    kind: str
    columns: tuple[str, ...] = ()
    references: Name | None = None
    referenced_columns: tuple[str, ...] = ()
    expression: str | None = None
    name: str | None = field(default=None, compare=False)

    @property
    def sort_key(self) -> tuple[str, ...]:
        """An order that depends on nothing but what the constraint says."""
        references = str(self.references) if self.references else ""
        return (self.kind, *self.columns, "", references, *self.referenced_columns, "", self.expression or "", self.name or "")


Properties = tuple[tuple[str, Any], ...]


def properties(**values: Any) -> Properties:
    """Sorted pairs, None left out: the one spelling of a set of properties. Values are hashable."""
    return tuple(sorted((key, value) for key, value in values.items() if value is not None))


@dataclass(frozen=True, slots=True)
class CatalogObject:
    """Any object. definition is a view's or dynamic table's query, a task's statement, a routine's body.

    A routine's last name part holds its argument types: ``GEN_MEMBERS(NUMBER)``, since overloads are told apart by them.
    Known properties: ``transient``, ``temporary``, ``secure`` (True), ``cluster_by``, ``change_tracking``; dynamic tables
    ``target_lag`` (``'5 minutes'`` | ``'DOWNSTREAM'``), ``refresh_mode``, ``warehouse``, ``initialize``,
    ``scheduling_state``; tasks ``schedule``, ``after``, ``when``, ``state``; routines ``language``, ``arguments``,
    ``returns``, ``handler``, ``packages``, ``runtime_version``, ``execute_as``.
    """

    kind: Kind
    name: Name
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    definition: str | None = None
    comment: str | None = None
    properties: Properties = ()

    def __post_init__(self) -> None:
        """Constraints and properties are sets: whatever order a producer met them in, equal sets are equal objects."""
        if len(self.constraints) > 1:
            object.__setattr__(self, "constraints", tuple(sorted(self.constraints, key=lambda item: item.sort_key)))
        object.__setattr__(self, "properties", properties(**dict(self.properties)))

    @property
    def key(self) -> Key:
        return self.kind.domain, self.name

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def position(self, name: str) -> int:
        """0-based; raises KeyError."""
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise KeyError(name)

    def property(self, key: str, default: Any = None) -> Any:
        return dict(self.properties).get(key, default)

    def with_properties(self, **values: Any) -> CatalogObject:
        """A copy with these properties set; None removes one."""
        return replace(self, properties=properties(**{**dict(self.properties), **values}))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Key = tuple[str, Name]
"""(domain, name): what an object is found by."""


@dataclass(frozen=True)
class Catalog:
    """Objects by key, in a stable order. Databases and schemas are objects too."""

    objects: Mapping[Key, CatalogObject] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "objects", MappingProxyType(dict(self.objects)))

    @classmethod
    def of(cls, objects: Iterable[CatalogObject]) -> Catalog:
        return cls({item.key: item for item in objects})

    def __iter__(self) -> Iterator[CatalogObject]:
        return iter(self.objects.values())

    def __len__(self) -> int:
        return len(self.objects)

    def __contains__(self, key: Key) -> bool:
        return key in self.objects

    def get(self, kind: Kind | str, name: Name) -> CatalogObject | None:
        return self.objects.get((kind.domain if isinstance(kind, Kind) else kind, name))

    def relation(self, name: Name) -> CatalogObject | None:
        """The table, view or dynamic table of that name."""
        return self.objects.get(("TABLE", name))

    def relations(self) -> list[CatalogObject]:
        return [item for item in self if item.kind in RELATIONS]

    def within(self, container: Name) -> list[CatalogObject]:
        """Everything inside a database or schema, the container left out."""
        return [item for item in self if item.name != container and item.name.within(container) and len(item.name.parts) > 1]

    def with_object(self, item: CatalogObject) -> Catalog:
        return Catalog({**self.objects, item.key: item})

    def without(self, key: Key) -> Catalog:
        return Catalog({other: item for other, item in self.objects.items() if other != key})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalog) and dict(self.objects) == dict(other.objects)

    def __hash__(self) -> int:
        return hash(frozenset(self.objects.items()))
