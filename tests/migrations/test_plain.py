"""Templates of variables alone are rendered without Jinja: its sandboxed environment is the oracle for every one that is taken."""

from __future__ import annotations

import re

import jinja2
import jinja2.sandbox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.migrations.plain import render

VARIABLES = {
    "name": "Orders",
    "n": 7,
    "ratio": 0.5,
    "yes": True,
    "nested": {"db": "RAW", "deep": {"n": 3}, "items": "a key that is a method's name"},
    "many": ["a"],
    "nothing": None,
    "lines": "a\nb",
    "not": "a word of Jinja's",
    "self": "another",
    "_hidden": "x",
    "range": "hides the global",
}
MOST = 10_000

TAKEN = {
    "one": ("use {{ name }};", "use Orders;"),
    "without spaces": ("{{name}}", "Orders"),
    "over lines": ("{{\n name\n}}\n", "Orders"),
    "numbers and truths": ("{{ n }} {{ ratio }} {{ yes }}", "7 0.5 True"),
    "nested": ("{{ nested.db }}.{{ nested.deep.n }}", "RAW.3"),
    "braces around": ("{ {{ n }} } }}", "{ 7 } }}"),
    "the last newline goes": ("{{ n }}\n\n", "7\n"),
    "carriage returns": ("{{ n }}\r\nx\r\n", "7\nx"),
    "a global's name": ("{{ range }}", "hides the global"),
}
LEFT = {
    "a filter": "{{ name | upper }}",
    "a tag": "{% if yes %}{{ name }}{% endif %}",
    "a comment": "{{ name }}{# c #}",
    "white space control": "{{- name }}",
    "an expression": "{{ n + 1 }}",
    "a call": "{{ env_var('X') }}",
    "a string": "{{ 'x' }}",
    "missing": "{{ missing }}",
    "missing inside": "{{ nested.missing }}",
    "a method": "{{ nested.items }}",
    "a list": "{{ many }}",
    "none": "{{ nothing }}",
    "a word of Jinja's": "{{ not }}",
    "a name of Jinja's": "{{ self }}",
    "three braces": "{{{ name }}}",
    "unclosed": "select {{ name",
    "long": "{{ name }}" + " " * MOST,
}


@pytest.mark.parametrize("case", TAKEN)
def test_taken(case):
    source, expected = TAKEN[case]
    assert render(source, "f.sql", VARIABLES, MOST)[0] == expected


@pytest.mark.parametrize("case", LEFT)
def test_left_to_jinja(case):
    assert render(LEFT[case], "f.sql", VARIABLES, MOST) is None


def test_a_long_value_is_left_to_the_process_that_has_limits():
    assert render("{{ x }}{{ x }}", "f.sql", {"x": "x" * 6000}, MOST) is None


FRAGMENTS = [
    *("w ", "\n", "\r\n", "\r", "{", "}", "%}", "#", "\ufeff", "é"),
    *("{{ n }}", "{{ lines }}", "{{\nnested.db }}", "{{ missing }}", "{{", "{%"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=12).map("".join))
def test_what_is_taken_is_as_jinja_renders_it_and_every_piece_is_traced_to_its_place(source):
    found = render(source, "f.sql", VARIABLES, MOST)
    environment = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
    if found is None:
        return
    text, origins = found
    assert text == environment.from_string(source).render(VARIABLES)
    lines = [line.removeprefix("\ufeff") if number == 0 else line for number, line in enumerate(re.split("\r\n?|\n", source))]
    for match in re.finditer("w|é", text):
        place = origins.locate(match.start())
        assert lines[place.line - 1][place.char - 1] == match[0]
