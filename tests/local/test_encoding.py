"""Names and objects survive their encoding: no two names become one, and what is stored comes back equal."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.local.encoding import decode, encode, quoted
from snowpact.local.serialize import dump_object, dumps, load_object
from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.names import Name
from snowpact.model.types import Certainty, parse_type

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
TRICKY = st.text(st.sampled_from("aAbB~()0Fé\N{LATIN SMALL LETTER DOTLESS I}İſKßẞ\"'.$ "), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [("PLAIN_1$", "PLAIN_1$"), ("a", "~A"), ("Mix", "M~I~X"), ("~", "~~"), ("é", "~(E9)"), ("A b", "A ~B"), ('q"', '~Q"')],
)
def test_what_a_name_becomes(name, encoded):
    assert encode(name) == encoded
    assert decode(encoded) == name


@settings(deadline=None)
@given(NAMES | TRICKY)
def test_a_name_comes_back(name):
    assert decode(encode(name)) == name


@settings(deadline=None)
@given(NAMES | TRICKY, NAMES | TRICKY)
def test_two_names_stay_two_without_regard_to_case(one, other):
    if one != other:
        for fold in (str.lower, str.upper, str.casefold):
            assert fold(encode(one)) != fold(encode(other))


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES | TRICKY, min_size=1, max_size=6, unique=True))
def test_duckdb_keeps_them_apart(names):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t ({', '.join(f'{quoted(name)} INT' for name in names)})")
    connection.execute("SELECT * FROM t")
    assert [decode(column[0]) for column in connection.description] == names
    connection.close()


PARTS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: Name(tuple(parts)))
TYPES = st.sampled_from(
    ["NUMBER(38,0)", "NUMBER(10,2)", "VARCHAR", "VARCHAR(5)", "TIMESTAMP_TZ(3)", "VARIANT", "ARRAY(NUMBER(38,0) NOT NULL)",
     "VECTOR(FLOAT, 3)",
     'OBJECT(A VARCHAR, "b" MAP(VARCHAR, NUMBER(3,0)) NOT NULL)', "BINARY(9)", "UNKNOWN", "DATE"]
).map(parse_type)  # fmt: skip
TEXT = st.none() | st.text(min_size=1, max_size=8)
COLUMNS = st.builds(
    Column,
    name=NAMES,
    type=TYPES,
    nullable=st.booleans(),
    default=TEXT,
    comment=TEXT,
    collation=TEXT,
    identity=st.none() | st.tuples(st.integers(-9, 9), st.integers(-9, 9)),
    expression=TEXT,
    masking_policy=st.none() | PARTS,
    tags=st.lists(st.tuples(PARTS, st.text(max_size=4)), max_size=2).map(tuple),
    certainty=st.sampled_from(Certainty),
    reason=TEXT,
)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5) | PARTS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5
)
OBJECTS = st.builds(
    CatalogObject,
    kind=st.sampled_from(Kind),
    name=PARTS,
    columns=st.lists(COLUMNS, max_size=4).map(tuple),
    constraints=st.lists(
        st.builds(
            Constraint,
            kind=st.sampled_from(["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"]),
            columns=st.lists(NAMES, max_size=2).map(tuple),
            references=st.none() | PARTS,
            referenced_columns=st.lists(NAMES, max_size=2).map(tuple),
            expression=TEXT,
            name=TEXT,
        ),
        max_size=2,
    ).map(tuple),
    definition=TEXT,
    comment=TEXT,
    properties=st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3).map(lambda found: properties(**found)),
)


@settings(deadline=None)
@given(OBJECTS)
def test_an_object_comes_back_from_its_json(item):
    back = load_object(json.loads(dumps(dump_object(item))))
    assert back == item
    assert [constraint.name for constraint in back.constraints] == [constraint.name for constraint in item.constraints]
