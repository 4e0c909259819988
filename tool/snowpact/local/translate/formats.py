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
_TOKEN = re.compile("|".join([*sorted(_ELEMENTS, key=len, reverse=True), r'"[^"]*"', "[A-Za-z]+", "."]), re.IGNORECASE | re.DOTALL)


def print_format(text: str) -> str:
    """A Snowflake format for DuckDB's strftime; an element that is not known is refused."""
    result = []
    for token in _TOKEN.findall(text):
        upper = token.upper()
        if upper in _ELEMENTS:
            result.append(_ELEMENTS[upper])
        elif token.startswith('"') and len(token) > 1:
            result.append(token[1:-1].replace("%", "%%"))
        elif token.isalpha() and upper not in {"T", "Z"}:
            refuse(f"format element {token}")
        else:
            result.append(token.replace("%", "%%"))
    return "".join(result)


_SQLGLOT = {"_three": "%g", "_six": "%f", "_nine": "%n"}


def parse_format(text: str) -> str:
    """For DuckDB's strptime and strftime. sqlglot has translated the format already, all but its quoted text and what it does not know."""
    text = re.sub(r"%f(_three|_six|_nine)", lambda found: _SQLGLOT[found[1]], text)
    text = re.sub(r'"([^"]*)"', r"\1", text)
    left = re.sub(r"%-?[A-Za-z]", "", text)
    unknown = re.findall(r"[A-Za-z_]+", left)
    if any(word.upper() not in {"T", "Z"} for word in unknown):
        refuse(f"format element {unknown[0]}")
    return text
