"""Quality rules as SQL: one statement counts, for all rules of a contract, the rows that break them.

Identifiers are quoted, and what a contract says is bound, never part of the text. A NULL breaks no rule but not_null: COUNT_IF counts
what is true, and a comparison with NULL is not; where nothing is, it may answer NULL (https://docs.snowflake.com/en/sql-reference/functions/count_if).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from snowpact.contracts.quality import (
    AcceptedValues,
    NotNull,
    QualityRule,
    Range,
    Regex,
    Relationship,
    RowCount,
    Scalar,
    Unique,
)
from snowpact.model.names import Name, quote
from snowpact.model.types import SnowflakeType
from snowpact.sql.literals import string_constant

_MOMENTS = {"DATE", "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"}

Say = Callable[[Scalar], str]
"""How a value stands in the text: as a ``?`` that is bound, or as a constant for people to copy."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows are: the object and, for relationships, any other, as the target calls them; types of its columns by stored name."""

    name: Name
    types: Mapping[str, SnowflakeType]
    there: Callable[[Name], Name] = lambda name: name

    def value(self, column: str, value: Scalar, say: Say) -> str:
        """A value to compare a column with. Texts are the dates and times that their column holds."""
        type_ = self.types.get(column)
        if type_ is not None and type_.base in _MOMENTS and isinstance(value, str):
            return f"CAST({say(value)} AS {type_})"
        return say(value)

    def symbol(self, column: str, value: Scalar, say: Say) -> str:
        """One of the accepted values: in a column of text all are texts, or one number would make Snowflake read all as such."""
        type_ = self.types.get(column)
        text = type_ is not None and type_.base == "VARCHAR"
        return self.value(column, _text(value) if text else value, say)


def count(rows: Rows, rules: Sequence[QualityRule]) -> tuple[str, list[Scalar]]:
    """A statement of one row: how many rows there are, then for each rule how many of them break it; and what is bound in it.

    Of a row_count that is none: whoever asks compares the first number.
    """
    bound: list[Scalar] = []
    say = partial(_bind, bound)
    single = {index: _CONDITIONS[type(rule)](rows, rule, say) for index, rule in enumerate(rules) if type(rule) in _CONDITIONS}
    counts = "".join(f", COUNT_IF({condition}) AS M{index}" for index, condition in single.items())
    parts = [f"(SELECT COUNT(*) AS SEEN{counts} FROM {rows.name.sql}) AS Q"]
    for index, rule in enumerate(rules):
        if isinstance(rule, Unique):
            parts.append(f"(SELECT COALESCE(SUM(N), 0) AS M{index} FROM ({_alike(rows, rule)}) AS G{index}) AS Q{index}")
        elif isinstance(rule, Relationship):
            parts.append(f"(SELECT COUNT(*) AS M{index} FROM {_orphans(rows, rule)}) AS Q{index}")
    measured = [f"M{index}" if not isinstance(rule, RowCount) else "0" for index, rule in enumerate(rules)]
    return f"SELECT {', '.join(['SEEN', *measured])} FROM {' CROSS JOIN '.join(parts)}", bound


def breaking(rows: Rows, rule: QualityRule) -> str | None:
    """A query of the rows that break a rule, for people; None for a row_count, which no row breaks."""
    if isinstance(rule, RowCount):
        return None
    if isinstance(rule, Unique):
        return _alike(rows, rule, also=f"{', '.join(map(quote, rule.columns))}, ")
    if isinstance(rule, Relationship):
        return f"SELECT T.* FROM {_orphans(rows, rule)}"
    return f"SELECT * FROM {rows.name.sql} WHERE {_CONDITIONS[type(rule)](rows, rule, _constant)}"


def words(rule: QualityRule) -> str:
    """What a rule asks for."""
    return _WORDS[type(rule)](rule)


def _bind(bound: list[Scalar], value: Scalar) -> str:
    bound.append(value)
    return "?"


def _constant(value: Scalar) -> str:
    return string_constant(value) if isinstance(value, str) else _text(value)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _null(rows: Rows, rule: NotNull, say: Say) -> str:
    return f"{quote(rule.column)} IS NULL"


def _others(rows: Rows, rule: AcceptedValues, say: Say) -> str:
    return f"NOT ({quote(rule.column)} IN ({', '.join(rows.symbol(rule.column, value, say) for value in rule.values)}))"


def _outside(rows: Rows, rule: Range, say: Say) -> str:
    bounds = (("<", rule.min), (">", rule.max))
    return " OR ".join(f"{quote(rule.column)} {sign} {rows.value(rule.column, value, say)}" for sign, value in bounds if value is not None)


def _unlike(rows: Rows, rule: Regex, say: Say) -> str:
    return f"NOT REGEXP_LIKE(TO_VARCHAR({quote(rule.column)}), {say(rule.pattern)})"


_CONDITIONS: dict[type, Callable[[Rows, Any, Say], str]] = {NotNull: _null, AcceptedValues: _others, Range: _outside, Regex: _unlike}
"""What holds of a row that breaks the rule; of the rules that look at one row."""


def _alike(rows: Rows, rule: Unique, also: str = "") -> str:
    columns = [quote(column) for column in rule.columns]
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"SELECT {also}COUNT(*) AS N FROM {rows.name.sql} WHERE {known} GROUP BY {', '.join(columns)} HAVING COUNT(*) > 1"


def _orphans(rows: Rows, rule: Relationship) -> str:
    own, other = f"T.{quote(rule.column)}", f"R.{quote(rule.referenced_column)}"
    found = f"SELECT 1 FROM {rows.there(rule.references).sql} AS R WHERE {other} = {own}"
    return f"{rows.name.sql} AS T WHERE {own} IS NOT NULL AND NOT EXISTS ({found})"


def _between(least: Any, most: Any) -> str:
    return " and ".join(f"{word} {bound}" for word, bound in (("at least", least), ("at most", most)) if bound is not None)


def _listed(values: Sequence[Scalar]) -> str:
    shown = ", ".join(map(_constant, values[:6]))
    return shown if len(values) <= 6 else f"{shown} and {len(values) - 6} more"


_WORDS: dict[type, Callable[[Any], str]] = {
    NotNull: lambda rule: "not_null",
    Unique: lambda rule: f"unique ({', '.join(rule.columns)})",
    AcceptedValues: lambda rule: f"accepted_values {_listed(rule.values)}",
    Range: lambda rule: f"range {_between(rule.min, rule.max)}",
    Regex: lambda rule: f"regex {_constant(rule.pattern)}",
    Relationship: lambda rule: f"relationship to {rule.references}.{rule.referenced_column}",
    RowCount: lambda rule: f"row_count {_between(rule.min, rule.max)}",
}
