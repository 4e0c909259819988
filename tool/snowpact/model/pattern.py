"""Patterns of types: what satisfies a promise that more than one type can keep."""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.types import Field, SnowflakeType


@dataclass(frozen=True, slots=True)
class TypePattern:
    """A set of types that satisfies a promise. Every bound that is None is no bound.

    least_length: an unbounded type always suffices. least_precision: of TIME and TIMESTAMP, fraction digits; of NUMBER,
    total digits. exact: only this very type. fields, key, element: what a structured type must hold, the patterns of
    each any of which suffices; an object may hold more fields.
    """

    base: str
    scale: int | None = None
    precision: int | None = None
    least_precision: int | None = None
    least_length: int | None = None
    exact: SnowflakeType | None = None
    fields: tuple[FieldPattern, ...] = ()
    key: tuple[TypePattern, ...] = ()
    element: tuple[TypePattern, ...] = ()

    @classmethod
    def only(cls, type_: SnowflakeType) -> TypePattern:
        return cls(type_.base, exact=type_)

    def matches(self, actual: SnowflakeType) -> bool:
        if self.exact is not None:
            return self.exact == actual
        return (
            self.base == actual.base
            and self.scale in (None, actual.scale)
            and self.precision in (None, actual.precision)
            and (self.least_precision is None or (actual.precision or 0) >= self.least_precision)
            and (self.least_length is None or actual.length is None or actual.length >= self.least_length)
            and all(pattern.matches_in(actual.fields) for pattern in self.fields)
            and _any_matches(self.key, actual.key)
            and _any_matches(self.element, actual.element)
        )


@dataclass(frozen=True, slots=True)
class FieldPattern:
    """A key that a structured OBJECT must have. Cases are not told apart: that is for evolution to judge."""

    name: str
    accepts: tuple[TypePattern, ...]
    nullable: bool = True

    def matches_in(self, fields: tuple[Field, ...]) -> bool:
        found = next((field for field in fields if field.name.upper() == self.name.upper()), None)
        return found is not None and (self.nullable or not found.nullable) and _any_matches(self.accepts, found.type)


def _any_matches(patterns: tuple[TypePattern, ...], actual: SnowflakeType | None) -> bool:
    return not patterns or (actual is not None and any(pattern.matches(actual) for pattern in patterns))
