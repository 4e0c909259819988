"""Quality rules: data, never SQL text. Each says what every row, or the whole object, must satisfy.

Columns are stored names. NULL satisfies every rule but not_null, as it does SQL's own CHECK.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from snowpact.model.names import Name

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class NotNull:
    """No row has NULL in the column."""

    column: str


@dataclass(frozen=True, slots=True)
class Unique:
    """No two rows agree in all of the columns; rows with a NULL among them are not compared."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcceptedValues:
    """Every value of the column is one of these."""

    column: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Every value lies between min and max, both included; None is no bound. Text bounds are dates or timestamps."""

    column: str
    min: int | float | str | None = None
    max: int | float | str | None = None


@dataclass(frozen=True, slots=True)
class Regex:
    """The whole value matches the pattern, as REGEXP_LIKE anchors it.

    https://docs.snowflake.com/en/sql-reference/functions/regexp_like
    """

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Relationship:
    """Every value of the column occurs in another object's column."""

    column: str
    references: Name
    referenced_column: str


@dataclass(frozen=True, slots=True)
class RowCount:
    """The object holds at least min and at most max rows; None is no bound."""

    min: int | None = None
    max: int | None = None


QualityRule = NotNull | Unique | AcceptedValues | Range | Regex | Relationship | RowCount

WORDS: dict[str, type] = {
    "not_null": NotNull,
    "unique": Unique,
    "accepted_values": AcceptedValues,
    "range": Range,
    "regex": Regex,
    "relationship": Relationship,
    "row_count": RowCount,
}
"""The word of each rule in a contract."""

_WORD_OF = {kind: word for word, kind in WORDS.items()}


def columns_of(rule: QualityRule) -> tuple[str, ...]:
    """The columns of the contracted object that a rule speaks of."""
    if isinstance(rule, Unique):
        return rule.columns
    return () if isinstance(rule, RowCount) else (rule.column,)


def as_json(rule: QualityRule) -> dict[str, Any]:
    """The rule as a contract writes it, with stored column names."""
    values = {name: getattr(rule, name) for name in rule.__dataclass_fields__}
    return {
        _WORD_OF[type(rule)]: {
            name: list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Name) else value
            for name, value in values.items()
            if value is not None
        }
    }
