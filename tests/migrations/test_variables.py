"""Where variables come from, which source wins, and what is never printed."""

from __future__ import annotations

import pytest

from snowpact.migrations.variables import merge, parse
from snowpact.model.errors import InputError

SOURCES = {
    "config": {"config": {"k": "config"}},
    "project": {"project": {"k": "project"}},
    "target": {"target": {"k": "target"}},
    "environment": {"environ": {"SNOWPACT_VAR_k": "environment"}},
    "command line": {"command_line": ["k=command line"]},
}


def test_each_source_wins_over_those_before_it():
    given = {}
    for name, source in SOURCES.items():
        given.update(source)
        assert merge(**given).values == {"k": name}


PARSED = {
    "a=b": {"a": "b"},
    "a=": {"a": ""},
    "a=b=c d": {"a": "b=c d"},
    " a = b": {"a": " b"},
    '{"a": 1, "b": {"c": [true]}}': {"a": 1, "b": {"c": [True]}},
}


@pytest.mark.parametrize("argument", PARSED)
def test_vars_take_a_pair_or_a_json_object(argument):
    assert parse(argument) == PARSED[argument]


@pytest.mark.parametrize("argument", ["a", "=b", "", "{a: 1}", "{" * 5000, '{"a":' * 5000])
def test_vars_that_are_neither(argument):
    with pytest.raises(InputError, match=r"^--vars: "):
        parse(argument)


ENVIRONMENT = [
    # known before, environment variable, what is set
    ({"warehouse": "a"}, "SNOWPACT_VAR_warehouse", {"warehouse": "new"}),
    ({"warehouse": "a"}, "SNOWPACT_VAR_WAREHOUSE", {"warehouse": "new"}),
    ({"warehouse": "a", "WAREHOUSE": "b"}, "SNOWPACT_VAR_WAREHOUSE", {"warehouse": "a", "WAREHOUSE": "new"}),
    ({}, "SNOWPACT_VAR_WAREHOUSE", {"warehouse": "new", "WAREHOUSE": "new"}),
    ({}, "SNOWPACT_VAR_", {}),
    ({}, "OTHER_VAR_X", {}),
]


@pytest.mark.parametrize(("known", "name", "expected"), ENVIRONMENT)
def test_names_of_environment_variables_match_in_any_case(known, name, expected):
    assert merge(environ={name: "new"}, project=known).values == expected


def test_a_key_is_replaced_as_a_whole():
    assert merge(project={"db": {"a": 1, "b": 2}}, command_line=['{"db": {"a": 3}}']).values == {"db": {"a": 3}}


@pytest.mark.parametrize("values", [{"schemachange": "x"}, {1: "x"}])
def test_names_that_no_variable_may_have(values):
    with pytest.raises(InputError):
        merge(config=values)


def test_values_that_aliases_make_endless():
    bomb = ["x"]
    for _ in range(30):
        bomb = [bomb, bomb]
    with pytest.raises(InputError, match="the variable api_secret holds more than 100000 values"):
        merge(config={"api_secret": bomb})


def test_secrets_are_starred():
    variables = merge(
        project={"api_secret": "hunter2", "secrets": {"a": "key-1", "more": ["key-22", {"x": "key-2"}]}, "name": "plain"},
        target={"secret_on": True},
        command_line=["PRIVATE_SECRET= one\ntwo "],
    )
    assert variables.redact("hunter2 key-1 key-22 key-2 plain/one\ntwo/two/True") == "*** *** *** *** plain/***/***/True"
