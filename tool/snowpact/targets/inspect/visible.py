"""What an inspection can tell of a catalog, so that a predicted and a live one are compared over the same facts.

A migration says more than a server hands back (ON DELETE rules, ``INITIALIZE``, a routine's packages) and says it in its own spelling.
``visible`` keeps what inspection reads, in inspection's spelling; ``comparable`` also settles what a server knows by halves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Column, Kind, properties
from snowpact.model.names import Name, NameSyntaxError, fold
from snowpact.model.types import Certainty, SnowflakeType, parse_type
from snowpact.sql.cursor import Cursor
from snowpact.sql.file_formats import DEFAULTS, differing
from snowpact.sql.statements.options import read_options
from snowpact.sql.statements.routine import parse_create_routine
from snowpact.sql.tokens import SqlInputError
from snowpact.targets.inspect.routines import returns
from snowpact.targets.inspect.texts import clustering, expression

_RELATION = ("transient", "cluster_by")
_ROUTINE = ("language", "arguments", "returns")
_POLICY = ("arguments", "returns")
PROTECTION = ("row_access_policy", "tags")
METRICS = ("data_metric_functions", "data_metric_schedule")
"""The properties of relations that only ``attachments`` reads."""
PROPERTIES: Mapping[Kind, tuple[str, ...]] = {
    Kind.DATABASE: ("transient",),
    Kind.SCHEMA: ("transient", "managed_access"),
    **dict.fromkeys(RELATIONS, _RELATION),
    Kind.VIEW: (*_RELATION, "secure"),
    Kind.MATERIALIZED_VIEW: (*_RELATION, "secure"),
    Kind.DYNAMIC_TABLE: (*_RELATION, "target_lag", "refresh_mode", "warehouse", "scheduling_state"),
    Kind.FUNCTION: (*_ROUTINE, "secure"),
    Kind.DATA_METRIC_FUNCTION: ("language", "secure"),
    Kind.PROCEDURE: _ROUTINE,
    Kind.SEQUENCE: ("start", "increment"),
    Kind.STREAM: ("source", "mode"),
    Kind.TASK: ("warehouse", "schedule", "after", "when", "state"),
    Kind.STAGE: ("url", "storage_integration", "directory"),
    Kind.FILE_FORMAT: ("type", *sorted({key.lower() for options in DEFAULTS.values() for key in options})),
    Kind.PIPE: (),
    Kind.TAG: ("allowed_values",),
    Kind.MASKING_POLICY: _POLICY,
    Kind.ROW_ACCESS_POLICY: _POLICY,
    Kind.SHARE: (),
}
"""The properties that inspection reads, by kind. A kind that is not here is not inspected."""

INSPECTED = frozenset(PROPERTIES)


def _arguments(given: Iterable[tuple[Any, ...]] | None) -> tuple[tuple[str, str], ...] | None:
    """Name and type without its length; a default is not in INFORMATION_SCHEMA."""
    return None if given is None else tuple((name, parse_type(type_).base) for name, type_, *_ in given)


def _returns(given: str | None) -> str | None:
    return None if given is None else returns(parse_create_routine(f"CREATE FUNCTION F() RETURNS {given} AS ''"))


_HIDDEN: Mapping[Kind, tuple[str, ...]] = {
    Kind.DYNAMIC_TABLE: ("target_lag", "refresh_mode", "warehouse", "scheduling_state"),
    Kind.STREAM: ("source",),
    Kind.TASK: ("warehouse", "schedule", "after", "when", "state"),
    Kind.MASKING_POLICY: _POLICY,
    Kind.ROW_ACCESS_POLICY: _POLICY,
}
"""What a role without MONITOR does not see of a dynamic table, beside its query; what SHOW may leave open."""


def _stored(name: str | None) -> str | None:
    try:
        return None if name is None else fold(name)
    except NameSyntaxError:
        return name


def _directory(given: str | bool | None) -> bool | None:
    """``(ENABLE = TRUE)`` as migrations write it."""
    if not isinstance(given, str):
        return given or None
    try:
        return read_options(Cursor(given)).get("ENABLE") is True or None
    except SqlInputError:
        return None


def _schedule(given: str | None) -> str:
    """Sixty minutes where none is set (https://docs.snowflake.com/en/user-guide/data-quality-working); '' where all are suspended."""
    return " ".join((given if given is not None else "60 MINUTE").upper().split())


_SPELLED: Mapping[str, Any] = {
    "arguments": _arguments,
    "returns": _returns,
    "cluster_by": clustering,
    "refresh_mode": lambda mode: None if mode == "AUTO" else mode,
    "scheduling_state": lambda state: state if state == "SUSPENDED" else None,
    "storage_integration": _stored,
    "directory": _directory,
    "allowed_values": lambda values: tuple(sorted(values)) if values else None,
    "data_metric_schedule": _schedule,
    **dict.fromkeys(("transient", "secure", "managed_access"), lambda flag: flag or None),
}
_DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.FUNCTION: {"language": "SQL"},
    Kind.DATA_METRIC_FUNCTION: {"language": "SQL"},
    Kind.PROCEDURE: {"language": "SQL"},
    Kind.SEQUENCE: {"start": 1, "increment": 1},
}


def visible(catalog: Catalog, protected: Collection[Name] = (), measured: Collection[Name] = ()) -> Catalog:
    """The part of a catalog that an inspection of the same objects would give; of these relations also what is attached. Idempotent."""
    return Catalog.of(_visible(item, item.name in protected, item.name in measured) for item in catalog if item.kind in PROPERTIES)


def _visible(item: CatalogObject, protected: bool, measured: bool) -> CatalogObject:
    given = {**_DEFAULTS.get(item.kind, {}), **dict(item.properties)}
    if item.kind is Kind.FILE_FORMAT:
        given = differing(given)
    told = [*PROPERTIES[item.kind]]
    if item.kind in RELATIONS:
        told += PROTECTION if protected else ()
        told += METRICS if measured and given.get("data_metric_functions") else ()
    return replace(
        item,
        columns=tuple(_column(column, protected) for column in item.columns) if item.kind in RELATIONS else (),
        comment=None if item.kind is Kind.SHARE else item.comment or None,
        properties=properties(**{key: _SPELLED.get(key, _same)(given.get(key)) for key in told}),
    )


def _same(value: Any) -> Any:
    return value


def _column(column: Column, protected: bool) -> Column:
    """Tags and masking policies are told where they were asked for; an identity has no default of its own."""
    return replace(
        column,
        default=None if column.identity else expression(column.default),
        comment=column.comment or None,
        expression=column.expression or None,
        masking_policy=column.masking_policy if protected else None,
        tags=column.tags if protected else (),
        accepts=(),
    )


def comparable(
    predicted: Catalog, live: Catalog, protected: Collection[Name] = (), measured: Collection[Name] = ()
) -> tuple[Catalog, Catalog]:
    """Both as ``visible``, and without differences that mean "not known": where one side is sure of the family alone and the families
    agree, or of nothing, it takes the other's type; certainty itself is no difference. A definition that the live side hides is taken
    to be the predicted one, with a dynamic table's settings, which are hidden with it: the notes of the inspection say so."""
    ours, theirs = visible(predicted, protected, measured), visible(live, protected, measured)
    pairs = [(ours.objects[key], item) for key, item in theirs.objects.items() if key in ours.objects]
    settled = [_settled(one, other) for one, other in pairs]
    return (
        Catalog({**ours.objects, **{one.key: one for one, _ in settled}}),
        Catalog({**theirs.objects, **{other.key: other for _, other in settled}}),
    )


def _settled(one: CatalogObject, other: CatalogObject) -> tuple[CatalogObject, CatalogObject]:
    shared = {column.name: _agreed(column, counterpart) for column in one.columns if (counterpart := other.column(column.name)) is not None}

    def plain(column: Column) -> Column:
        return replace(column, type=shared.get(column.name) or column.type, certainty=Certainty.EXACT, reason=None)

    def collated(column: Column) -> Column:
        """INFORMATION_SCHEMA is silent on collations, and none can be taken from a column once it is made."""
        counterpart = one.column(column.name)
        return replace(plain(column), collation=column.collation or (counterpart.collation if counterpart else None))

    return (
        replace(one, columns=tuple(plain(column) for column in one.columns)),
        replace(_unhidden(other, one), columns=tuple(collated(column) for column in other.columns)),
    )


def _unhidden(live: CatalogObject, predicted: CatalogObject) -> CatalogObject:
    if live.kind is not predicted.kind or live.definition is not None:
        return live
    known = {key: predicted.property(key) for key in _HIDDEN.get(live.kind, ()) if live.property(key) is None}
    return replace(live.with_properties(**known), definition=predicted.definition)


def _agreed(one: Column, other: Column) -> SnowflakeType | None:
    """The type that both take: the surer one's; None where they are known to differ."""
    certainty = one.certainty & other.certainty
    may_agree = certainty is Certainty.UNKNOWN or (certainty is Certainty.FAMILY and one.type.base == other.type.base)
    if not may_agree:
        return None
    return one.type if other.certainty is certainty else other.type
