"""A type with how sure we are of it: what every rule takes and gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from snowpact.model.types import UNKNOWN, Certainty, SnowflakeType


class Typed(NamedTuple):
    """The type of an expression. reason says why certainty is not exact. null: the constant NULL, which has no type of its own.

    nullable is what Snowflake's result metadata would say, as far as its documentation tells; it is no promise that a table made
    of the query carries NOT NULL over, which no page documents.
    """

    type: SnowflakeType
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None
    nullable: bool = True
    null: bool = False

    @property
    def base(self) -> str:
        """The family; '' where it is not known."""
        return "" if self.certainty is Certainty.UNKNOWN else self.type.base

    @property
    def is_number(self) -> bool:
        return self.base == "NUMBER"


class TypedColumn(NamedTuple):
    """One column of a query's result; ``name`` is its stored name. origins: what its values come from, where lineage is traced."""

    name: str
    type: SnowflakeType
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None
    nullable: bool = True
    origins: frozenset = frozenset()

    @property
    def typed(self) -> Typed:
        return Typed(self.type, self.certainty, self.reason, self.nullable)


NULL = Typed(UNKNOWN, Certainty.UNKNOWN, "NULL has no type of its own", null=True)


def exact(type_: SnowflakeType, nullable: bool = True) -> Typed:
    return Typed(type_, nullable=nullable)


def family(type_: SnowflakeType, reason: str, nullable: bool = True) -> Typed:
    """The family is sure, precision, scale or length are our best guess."""
    return Typed(type_, Certainty.FAMILY, reason, nullable)


def unknown(reason: str, nullable: bool = True) -> Typed:
    return Typed(UNKNOWN, Certainty.UNKNOWN, reason, nullable)


def any_nullable(inputs: Iterable[Typed]) -> bool:
    return any(item.nullable for item in inputs)


def derived(type_: SnowflakeType, inputs: Iterable[Typed], nullable: bool = True) -> Typed:
    """A type computed from those of ``inputs``: no surer than the least sure of them."""
    least = min(inputs, key=lambda item: _ORDER[item.certainty], default=None)
    if least is None or least.certainty is Certainty.EXACT:
        return exact(type_, nullable)
    if least.certainty is Certainty.UNKNOWN:
        return unknown(least.reason or "depends on an expression of unknown type", nullable)
    return family(type_, least.reason or "depends on a type that is not exact", nullable)


def weaker(item: Typed, reason: str) -> Typed:
    """The same, at most of certainty family."""
    return item._replace(certainty=item.certainty & Certainty.FAMILY, reason=item.reason or reason)


_ORDER = {Certainty.UNKNOWN: 0, Certainty.FAMILY: 1, Certainty.EXACT: 2}
