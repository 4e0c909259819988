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
_PIECES = [r"%-?[A-Za-z](?:_three|_six|_nine)?", *sorted(_ELEMENTS, key=len, reverse=True), r'"[^"]*"', "[A-Za-z]+", "."]
_TOKEN = re.compile("|".join(_PIECES), re.IGNORECASE | re.DOTALL)
_FRACTIONS = {"%f_three": "%g", "%f_six": "%f", "%f_nine": "%n"}


def time_format(text: str) -> str:
    """A Snowflake format for DuckDB's strftime and strptime; an element that is not known is refused.

    sqlglot translates some elements to strftime's letters before we see them, and leaves others: both are read.
    """
    result = []
    for token in _TOKEN.findall(text):
        upper = token.upper()
        if upper in _ELEMENTS:
            result.append(_ELEMENTS[upper])
        elif token.startswith("%") and len(token) > 1:
            result.append(_FRACTIONS.get(token, token.replace("%-", "%")))
        elif token.startswith('"') and len(token) > 1:
            result.append(token[1:-1])
        elif token.isalpha() and upper not in {"T", "Z"}:
            refuse(f"format element {token}")
        else:
            result.append(token)
    return "".join(result)
