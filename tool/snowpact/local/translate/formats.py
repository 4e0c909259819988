"""Date and time formats: Snowflake's elements in strftime's letters.

https://docs.snowflake.com/en/sql-reference/date-time-input-output#about-the-elements-used-in-input-and-output-formats
"""

from __future__ import annotations

import re

from snowpact.local.translate.typed import refuse

_ELEMENTS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MM": "%m",
    "MON": "%b",
    "DD": "%d",
    "DY": "%a",
    "HH24": "%H",
    "HH12": "%I",
    "AM": "%p",
    "PM": "%p",
    "MI": "%M",
    "SS": "%S",
    "FF9": "%n",
    "FF6": "%f",
    "FF3": "%g",
    "FF": "%n",
}
_PIECES = [r"%f_[a-z]+|%[-:]?[A-Za-z]", *sorted(_ELEMENTS, key=len, reverse=True), r'"[^"]*"', "[A-Za-z]+", "."]
_TOKEN = re.compile("|".join(_PIECES), re.IGNORECASE | re.DOTALL)
_FRACTIONS = {"%f_three": "%g", "%f_six": "%f", "%f_nine": "%n", "%w": "%a"}


OFFSETS = {
    "%z": ("\N{START OF HEADING}", "_snow.offset_text"),
    "%:z": ("\N{START OF TEXT}", "_snow.offset_colon"),
    "%-z": ("\N{END OF TEXT}", "_snow.offset_hours"),
}
"""TZHTZM, TZH:TZM and TZH as sqlglot has them, the mark that is printed for each, and what the mark stands for."""

_OTHERS = {"YEAR", "MONTH", "HOUR", "WEEK", "QUARTER", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND", "JULIAN"}
"""Words that look like elements; any other is printed as it stands: ``hours`` in
https://docs.snowflake.com/en/sql-reference/functions/to_char#examples-that-convert-timestamps-and-dates."""


def time_format(text: str) -> str:
    """A Snowflake format for DuckDB's strptime; an element that is not known is refused.

    sqlglot translates some elements to strftime's letters before we see them (``dy`` to the number of a weekday), and leaves others: both
    are read.
    """
    result = []
    for token in _TOKEN.findall(text):
        upper = token.upper()
        if upper in _ELEMENTS:
            result.append(_ELEMENTS[upper])
        elif token in OFFSETS:
            result.append("%z")
        elif token.startswith("%f_") and token not in _FRACTIONS:
            refuse(f"format element FF with {token[3:]} digits")
        elif token.startswith("%") and len(token) > 1:
            result.append(_FRACTIONS.get(token, token.replace("%-", "%")))
        elif token.startswith('"') and len(token) > 1:
            result.append(token[1:-1].replace("%", "%%"))
        elif token.isalpha() and upper not in {"T", "Z"} and (len(token) < 4 or not token.islower() or upper in _OTHERS):
            refuse(f"format element {token}")
        else:
            result.append(token.replace("%", "%%"))
    return "".join(result)


def printed_format(text: str, zoned: bool) -> str:
    """The same for strftime. zoned: whether what is printed has a time zone, and offsets may be asked for."""
    for element, (mark, _) in OFFSETS.items():
        if element in text and not zoned:
            refuse("an offset of what has no time zone")
        text = text.replace(element, mark)
    return time_format(text)
