"""Waivers: exact, signed, dated; every mistake with its line."""

from __future__ import annotations

from datetime import date

import pytest

from snowpact.contracts.waivers import read_waivers
from snowpact.model.errors import InputError
from snowpact.model.finding import Waiver
from snowpact.model.source import Source

GOOD = """# allowed breaks
[[waiver]]
rule = "column-removed"
object = "analytics.marts.SALES"
column = "channel"
who = "Ada"
why = "nobody reads it"
until = 2026-12-31

[[ waiver ]]
rule = "object-removed"
object = 'DB.S."daily sales"'
who = "Ada"
why = "moved"
until = "2027-01-31"
"""

BAD = {
    "not TOML": ("[[waiver]]\nrule = \n", ["w:2: not TOML: Invalid value"]),
    "open string": ('a = "x', ["w:1: not TOML: Unterminated string"]),
    "one bracket": ('\n[waiver]\nrule = "x"\n', ["w:2: expected [[waiver]] tables, with two brackets"]),
    "another table": ("[[waivers]]\n", ["w:1: unknown key 'waivers': expected [[waiver]] tables; did you mean 'waiver'?"]),
    "nothing said": (
        "[[waiver]]\n",
        [
            "w:1: $.waiver[0]: 'rule' is missing: expected the id of a rule, such as column-removed",
            "w:1: $.waiver[0]: 'object' is missing: expected the object's name, DATABASE.SCHEMA.NAME",
            "w:1: $.waiver[0]: 'who' is missing: expected who allowed it",
            "w:1: $.waiver[0]: 'why' is missing: expected why the break is acceptable",
            "w:1: $.waiver[0]: 'until' is missing: expected a date YYYY-MM-DD",
        ],
    ),
    "all wrong, in the second": (
        GOOD.replace('"object-removed"', '"Object removed"')
        .replace("'DB.S.\"daily sales\"'", '"SALES"')
        .replace('"moved"', '" "')
        .replace('"2027-01-31"', '"soon"\ncolum = "A"'),
        [
            "w:16: $.waiver[1].colum: unknown key 'colum': expected rule, object, column, who, why, until; did you mean 'column'?",
            "w:11: $.waiver[1].rule: expected the id of a rule, such as column-removed, found 'Object removed'",
            "w:12: $.waiver[1].object: expected the object's name, DATABASE.SCHEMA.NAME, found 'SALES'",
            "w:14: $.waiver[1].why: expected why the break is acceptable, found ' '",
            "w:15: $.waiver[1].until: expected a date YYYY-MM-DD, found 'soon'",
        ],
    ),
    "no table": ("waiver = [1]\n", ["w:1: $.waiver[0]: expected a [[waiver]] table"]),
    "deep": ("a = " + "[" * 5000, ["w:1: not waivers: nested too deeply"]),
}


def test_waivers() -> None:
    """Names are folded as findings name them."""
    first, second = read_waivers(GOOD.encode(), "contracts/waivers.toml")
    assert first == Waiver(
        rule="column-removed", object="ANALYTICS.MARTS.SALES", column="CHANNEL", who="Ada", why="nobody reads it", until=date(2026, 12, 31)
    )
    assert (second.object, second.column, second.until) == ('DB.S."daily sales"', None, date(2027, 1, 31))
    assert (first.source, second.source) == (Source("contracts/waivers.toml", 2), Source("contracts/waivers.toml", 10))


def test_an_empty_file_waives_nothing() -> None:
    assert read_waivers(b"", "w") == ()


@pytest.mark.parametrize(("text", "faults"), BAD.values(), ids=BAD)
def test_bad_waivers(text: str, faults: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read_waivers(text.encode(), "w")
    assert [str(fault) for fault in caught.value.faults] == faults


def test_not_utf8() -> None:
    with pytest.raises(InputError, match="w:2: not UTF-8"):
        read_waivers(b"# x\n\xff", "w")
