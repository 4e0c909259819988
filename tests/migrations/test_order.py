"""Scripts run by version; where schemachange, which sorts by file name, would differ, that is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemachange.version import get_alphanum_key, sorted_alphanumeric

from snowpact.migrations.discover import parse_name
from snowpact.migrations.order import alphanumeric_key, ambiguities, order


def scripts(*names):
    return [parse_name(name, name, "p") for name in names]


ORDERS = [
    "V1__a V2__b V10__c R__a A__a",
    "V1__init V1.1__add",
    "V1.0.2__b V1.0.10__a",
    "V1__x V1_2__x V1_10__x V2__x",
    "V20240101__x V20240102.5__x",
    "V1.0__a V1__b",
    "V01__a V1__b",
    "V1.0a__x V1.0b__x",
    "R__a R__b R__c2 R__c10 A__a",
]


@pytest.mark.parametrize("line", ORDERS)
def test_the_order_of_versions_then_names(line):
    names = [f"{name}.sql" for name in line.split()]
    assert [script.name for script in order(scripts(*reversed(names)))] == names


AMBIGUOUS = {
    "V1__a V2__b V10__c": [],
    "V1__init V1.1__add": [("V1__init.sql", "V1.1__add.sql", False)],
    "V1__x V1_2__x": [("V1__x.sql", "V1_2__x.sql", False)],
    "V1__a V01__b": [("V1__a.sql", "V01__b.sql", True)],
    "V1__b V1.0__a": [("V1.0__a.sql", "V1__b.sql", True)],
    "V1__a V2__b V2.0.0__c": [("V2.0.0__c.sql", "V2__b.sql", True)],
    "R__b R__a A__c": [],
}


@pytest.mark.parametrize("line", AMBIGUOUS)
def test_where_the_order_may_surprise(line):
    found = ambiguities(scripts(*(f"{name}.sql" for name in line.split())))
    assert [(item.first.name, item.second.name, item.equal) for item in found] == AMBIGUOUS[line]


def test_an_ambiguity_says_what_it_is():
    first, second = ambiguities(scripts("V1__init.sql", "V1.1__add.sql", "V1.1.0__more.sql"))
    assert "V1__init.sql runs before V1.1.0__more.sql, by version; schemachange sorts by file name" in first.message
    assert "versions 1.1.0 and 1.1 are equal as numbers" in second.message


VERSIONS = st.from_regex(r"[0-9]{1,3}([._][0-9]{1,2}){0,2}", fullmatch=True)


@given(st.lists(VERSIONS, unique=True, max_size=6))
def test_without_an_ambiguity_schemachange_has_the_same_order(versions):
    ours = order(scripts(*(f"V{version}__x.sql" for version in versions)))
    names = [script.name.lower() for script in ours]
    assert (names == sorted_alphanumeric(names)) or ambiguities(ours)


@given(st.text("0123456789abcXYZ._-", max_size=12))
def test_keys_compare_as_schemachange_compares(text):
    assert not text or list(alphanumeric_key(text)) == get_alphanum_key(text)
