"""What it takes to make a column of one type into a column of another, as a table that can be audited.

Two tables and nothing else decide: ``WITHIN`` says what a difference within one family means (a longer text, another scale),
``CASTS`` says between which families Snowflake converts values at all.

Sources. ALTER: https://docs.snowflake.com/en/sql-reference/sql/alter-table-column, "you can change": a longer text, a higher
precision, a lower precision where every stored value fits; not the scale, not a shorter text (040050), not a BINARY's length,
no other type; only NUMBER and text are targets at all. CASTS: https://docs.snowflake.com/en/sql-reference/data-type-conversion,
column "Castable". Time of day and of timestamps: no ALTER is documented, so any change of their digits is a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from snowpact.model.types import SnowflakeType


class ConversionKind(str, Enum):
    """From harmless to impossible; a conversion of several kinds is the gravest of them."""

    SAME = "same"
    WIDENED = "widened"
    """ALTER does it; every value still fits."""
    CONDITIONAL = "conditional"
    """ALTER does it if the query finds no row."""
    REBUILD = "rebuild"
    """ALTER refuses; a new column filled by a cast, then a swap of names, does it."""
    NARROWED = "narrowed"
    """ALTER refuses, and a rebuild loses what no longer fits: the rows that the query counts."""
    REFUSED = "refused"
    """ALTER refuses, and no cast exists either."""

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        return list(ConversionKind).index(self)


@dataclass(frozen=True, slots=True)
class Conversion:
    """The answer for one pair of types. facts name what differs, each the id of the rule that judges it; query counts the rows
    in the way, with ``{table}`` and ``{column}`` to be filled with quoted names."""

    kind: ConversionKind
    reason: str
    query: str | None = None
    facts: tuple[str, ...] = ()

    @property
    def by_alter(self) -> bool:
        """Whether ALTER TABLE … SET DATA TYPE may do it."""
        return self.kind in (ConversionKind.SAME, ConversionKind.WIDENED, ConversionKind.CONDITIONAL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a difference in one direction means. {of} and {to} in reason and query stand for the measures."""

    kind: ConversionKind
    fact: str
    reason: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One measure of a family, and what more of it and less of it mean. A measure that can't be ordered has ``other`` alone."""

    measure: Callable[[SnowflakeType], Any]
    more: Outcome
    less: Outcome


def _length(type_: SnowflakeType) -> float:
    return float("inf") if type_.length is None else type_.length


def _shape(type_: SnowflakeType) -> tuple[Any, ...]:
    return (type_.fields, type_.key, type_.element, type_.element_nullable)


def _either(measure: Callable[[SnowflakeType], Any], outcome: Outcome) -> Dimension:
    return Dimension(measure, outcome, outcome)


K = ConversionKind
_COUNT = "SELECT COUNT(*) FROM {table} WHERE "
_FRACTION = Dimension(
    lambda type_: type_.precision or 0,
    more=Outcome(K.REBUILD, "time-precision-changed", "{to} instead of {of} fraction digits: ALTER has only NUMBER and text as targets"),
    less=Outcome(
        K.NARROWED,
        "time-precision-changed",
        "{to} instead of {of} fraction digits: the rest is cut, and ALTER has only NUMBER and text as targets",
        _COUNT + "{column} <> {column}::{type}",
    ),
)
_SHAPE = _either(
    _shape, Outcome(K.REBUILD, "type-kind-changed", "another structure: ALTER has only NUMBER and text as targets; cast into a new column")
)
_KEY = _either(
    lambda type_: type_.key,
    Outcome(K.REBUILD, "map-key-type-changed", "keys of another type: ALTER has only NUMBER and text as targets; cast into a new column"),
)
_VALUE = _either(
    lambda type_: (type_.element, type_.element_nullable),
    Outcome(K.REBUILD, "type-kind-changed", "values of another type: ALTER has only NUMBER and text as targets; cast into a new column"),
)
_VECTOR = Outcome(K.REFUSED, "vector-or-spatial-shape-changed", "vectors of another dimension or element can't be cast")

WITHIN: dict[str, tuple[Dimension, ...]] = {
    "NUMBER": (
        _either(lambda type_: type_.scale or 0, Outcome(K.REBUILD, "number-scale-changed", "scale {to} instead of {of}: ALTER refuses")),
        Dimension(
            lambda type_: type_.precision or 0,
            more=Outcome(K.WIDENED, "number-precision-widened", "{to} instead of {of} digits"),
            less=Outcome(
                K.CONDITIONAL,
                "number-precision-narrowed",
                "{to} instead of {of} digits: ALTER refuses unless every stored value fits",
                _COUNT + "ABS({column}) >= 1e{digits}",
            ),
        ),
    ),
    "VARCHAR": (
        Dimension(
            _length,
            more=Outcome(K.WIDENED, "string-length-widened", "{to} instead of {of} characters"),
            less=Outcome(
                K.NARROWED,
                "string-length-narrowed",
                "{to} instead of {of} characters: ALTER refuses to reduce a length (040050)",
                _COUNT + "LENGTH({column}) > {to}",
            ),
        ),
    ),
    "BINARY": (
        Dimension(
            _length,
            more=Outcome(K.REBUILD, "binary-length-changed", "{to} instead of {of} bytes: ALTER refuses any length"),
            less=Outcome(
                K.NARROWED,
                "binary-length-changed",
                "{to} instead of {of} bytes: ALTER refuses any length",
                _COUNT + "LENGTH({column}) > {to}",
            ),
        ),
    ),
    "TIME": (_FRACTION,),
    "TIMESTAMP_NTZ": (_FRACTION,),
    "TIMESTAMP_LTZ": (_FRACTION,),
    "TIMESTAMP_TZ": (_FRACTION,),
    "OBJECT": (_SHAPE,),
    "ARRAY": (_SHAPE,),
    "MAP": (_KEY, _VALUE),
    "VECTOR": (_either(_length, _VECTOR), _either(lambda type_: type_.element and type_.element.base, _VECTOR)),
    "INTERVAL": (_either(lambda type_: type_.base, Outcome(K.REBUILD, "type-kind-changed", "{to} instead of {of}")),),
    **dict.fromkeys(
        ("FLOAT", "DECFLOAT", "BOOLEAN", "DATE", "VARIANT", "GEOGRAPHY", "GEOMETRY", "UUID", "FILE", "UNKNOWN"), ()
    ),
}
"""Every family, with the measures in which two of its types may differ."""

FAMILIES = tuple(WITHIN)
_TIMESTAMPS = ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")
_FLOATING = ("FLOAT", "DECFLOAT")
_TO_ALL = ("BOOLEAN", "DATE", "DECFLOAT", "FLOAT", "NUMBER", "TIME", "UUID", *_TIMESTAMPS)

CASTS: dict[str, tuple[str, ...]] = {
    "NUMBER": ("BOOLEAN", "DECFLOAT", "FLOAT", "INTERVAL", "VARCHAR", "VARIANT", *_TIMESTAMPS),
    "FLOAT": ("BOOLEAN", "DECFLOAT", "NUMBER", "VARCHAR", "VARIANT"),
    "DECFLOAT": ("BOOLEAN", "FLOAT", "NUMBER", "VARCHAR", "VARIANT"),
    "VARCHAR": (*_TO_ALL, "INTERVAL", "VARIANT"),
    "BINARY": ("VARCHAR", "VARIANT"),
    "BOOLEAN": ("DECFLOAT", "NUMBER", "VARCHAR", "VARIANT"),
    "DATE": (*_TIMESTAMPS, "VARCHAR", "VARIANT"),
    "TIME": ("VARCHAR", "VARIANT"),
    **{kind: ("DATE", "TIME", "VARCHAR", "VARIANT", *(other for other in _TIMESTAMPS if other != kind)) for kind in _TIMESTAMPS},
    "VARIANT": (*_TO_ALL, "ARRAY", "OBJECT", "MAP", "VARCHAR", "GEOGRAPHY", "VECTOR"),
    "OBJECT": ("ARRAY", "MAP", "VARCHAR", "VARIANT"),
    "ARRAY": ("VARCHAR", "VARIANT", "VECTOR"),
    "MAP": ("OBJECT", "VARIANT"),
    "VECTOR": ("ARRAY",),
    "GEOGRAPHY": ("VARIANT",),
    "GEOMETRY": ("VARIANT",),
    "UUID": ("VARCHAR", "VARIANT"),
    "INTERVAL": ("NUMBER", "VARCHAR"),
    "FILE": (),
    "UNKNOWN": (),
}
"""What can be cast to what. MAP ↔ OBJECT and VECTOR → ARRAY are from the pages on structured types and vectors [M]."""

_SPATIAL = ("GEOGRAPHY", "GEOMETRY")
CROSS_FACTS: dict[tuple[str, str], str] = {
    **{(a, b): "number-float-swap" for a in ("NUMBER", *_FLOATING) for b in ("NUMBER", *_FLOATING) if a != b},
    **{(a, b): "timestamp-kind-changed" for a in _TIMESTAMPS for b in _TIMESTAMPS if a != b},
    **{(a, b): "vector-or-spatial-shape-changed" for a in _SPATIAL for b in _SPATIAL if a != b},
}
"""Which rule judges a change of family; ``type-kind-changed`` where no pair is named."""

SWAP = "structured-variant-swap"
"""The rule for a structured type that becomes a semi-structured one, or the reverse, whatever their families."""


def _swapped(before: SnowflakeType, after: SnowflakeType) -> bool:
    return before.is_semi_structured and after.is_semi_structured and before.is_structured != after.is_structured


def family(type_: SnowflakeType) -> str:
    """The family of a type: what is known of it where its precision or length is not."""
    return "INTERVAL" if type_.base.startswith("INTERVAL") else type_.base


@lru_cache(maxsize=8192)
def conversion(before: SnowflakeType, after: SnowflakeType) -> Conversion:
    """What it takes to make a column of type ``before`` one of type ``after``."""
    if before == after:
        return Conversion(K.SAME, "the same type")
    if family(before) == family(after):
        return _within(before, after)
    if "UNKNOWN" in (before.base, after.base):
        return Conversion(K.CONDITIONAL, "one of the types is not known", None, ("type-kind-changed",))
    castable = family(after) in CASTS[family(before)]
    kind, way = (K.REBUILD, "cast into a new column") if castable else (K.REFUSED, "no cast exists between them")
    fact = SWAP if _swapped(before, after) else CROSS_FACTS.get((family(before), family(after)), "type-kind-changed")
    query = _COUNT + "{column} IS NOT NULL AND TRY_CAST({column} AS {type}) IS NULL" if castable and before.base == "VARCHAR" else None
    return Conversion(kind, f"ALTER refuses {before} to {after}; {way}", query and _fill(query, after), (fact,))


def _within(before: SnowflakeType, after: SnowflakeType) -> Conversion:
    outcomes: list[tuple[Outcome, Any, Any]] = []
    for dimension in WITHIN[family(before)]:
        of, to = dimension.measure(before), dimension.measure(after)
        if of != to:
            rises = isinstance(of, int | float) and to > of
            outcomes.append((dimension.more if rises else dimension.less, of, to))
    gravest = max(outcomes, key=lambda outcome: outcome[0].kind.rank)[0]
    reason = "; ".join(outcome.reason.format(of=_measure(of), to=_measure(to)) for outcome, of, to in outcomes)
    facts = (SWAP,) if _swapped(before, after) else tuple(dict.fromkeys(outcome.fact for outcome, _, _ in outcomes))
    return Conversion(gravest.kind, reason, gravest.query and _fill(gravest.query, after), facts)


def _measure(value: Any) -> str:
    return "any number of" if value == float("inf") else str(value)


def _fill(query: str, after: SnowflakeType) -> str:
    """The query with the type's own numbers in it; ``{table}`` and ``{column}`` stay."""
    numbers = {"{to}": str(after.length), "{digits}": str((after.precision or 0) - (after.scale or 0)), "{type}": str(after)}
    for mark, value in numbers.items():
        query = query.replace(mark, value)
    return query
