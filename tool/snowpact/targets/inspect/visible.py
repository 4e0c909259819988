"""What an inspection can tell of a catalog, so that a predicted and a live one are compared over the same facts.

A migration says more than a server hands back (ON DELETE rules, ``INITIALIZE``, a routine's packages) and says it in its own spelling.
``visible`` keeps what inspection reads, in inspection's spelling; ``comparable`` also settles what a server knows by halves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Column, Kind, properties
from snowpact.model.types import Certainty, SnowflakeType, parse_type
from snowpact.sql.statements.routine import parse_create_routine
from snowpact.targets.inspect.routines import returns
from snowpact.targets.inspect.texts import clustering, expression

_RELATION = ("transient", "cluster_by")
_ROUTINE = ("language", "arguments", "returns")
PROPERTIES: Mapping[Kind, tuple[str, ...]] = {
    Kind.DATABASE: ("transient",),
    Kind.SCHEMA: ("transient", "managed_access"),
    **dict.fromkeys(RELATIONS, _RELATION),
    Kind.VIEW: (*_RELATION, "secure"),
    Kind.MATERIALIZED_VIEW: (*_RELATION, "secure"),
    Kind.DYNAMIC_TABLE: (*_RELATION, "target_lag", "refresh_mode", "warehouse", "scheduling_state"),
    Kind.FUNCTION: (*_ROUTINE, "secure"),
    Kind.DATA_METRIC_FUNCTION: (*_ROUTINE, "secure"),
    Kind.PROCEDURE: _ROUTINE,
    Kind.SEQUENCE: ("start", "increment"),
    Kind.STREAM: ("source", "mode"),
    Kind.TASK: ("warehouse", "schedule", "after", "when", "state"),
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
}
"""What a role without MONITOR does not see of a dynamic table, beside its query; what SHOW may leave open."""

_SPELLED: Mapping[str, Any] = {
    "arguments": _arguments,
    "returns": _returns,
    "cluster_by": clustering,
    "refresh_mode": lambda mode: None if mode == "AUTO" else mode,
    "scheduling_state": lambda state: state if state == "SUSPENDED" else None,
    **dict.fromkeys(("transient", "secure", "managed_access"), lambda flag: flag or None),
}
_DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.FUNCTION: {"language": "SQL"},
    Kind.PROCEDURE: {"language": "SQL"},
    Kind.SEQUENCE: {"start": 1, "increment": 1},
}


def visible(catalog: Catalog) -> Catalog:
    """The part of a catalog that an inspection of the same objects would give. Idempotent."""
    return Catalog.of(_visible(item) for item in catalog if item.kind in PROPERTIES)


def _visible(item: CatalogObject) -> CatalogObject:
    given = {**_DEFAULTS.get(item.kind, {}), **dict(item.properties)}
    kept = {key: _SPELLED.get(key, _same)(given.get(key)) for key in PROPERTIES[item.kind]}
    return replace(
        item,
        columns=tuple(_column(column) for column in item.columns) if item.kind in RELATIONS else (),
        comment=item.comment or None,
        properties=properties(**kept),
    )


def _same(value: Any) -> Any:
    return value


def _column(column: Column) -> Column:
    """Tags and masking policies are in other views; an identity has no default of its own."""
    return replace(
        column,
        default=None if column.identity else expression(column.default),
        comment=column.comment or None,
        expression=column.expression or None,
        masking_policy=None,
        tags=(),
        accepts=(),
    )


def comparable(predicted: Catalog, live: Catalog) -> tuple[Catalog, Catalog]:
    """Both as ``visible``, and without differences that mean "not known": where one side is sure of the family alone and the families
    agree, or of nothing, it takes the other's type; certainty itself is no difference. A definition that the live side hides is taken
    to be the predicted one, with a dynamic table's settings, which are hidden with it: the notes of the inspection say so."""
    ours, theirs = visible(predicted), visible(live)
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
