"""Positions survive rendering: every statement is traced to file, line and char of the source its author wrote."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = {
    "plain": ("select 1;\n\n  select 2", {}, ["1:1", "3:3"]),
    "leading white space and byte order mark": ("\ufeff\n\n  select 1", {}, ["3:3"]),
    "a byte order mark is no char": ("\ufeffselect 1; select 2", {}, ["1:1", "1:11"]),
    "a byte order mark in a template": ("\ufeffselect {{ 1 }}; select 2;\nselect 3", {}, ["1:1", "1:17", "2:1"]),
    "carriage returns": ("select 1;\r\n  select 2;\r\nselect 3", {}, ["1:1", "2:3", "3:1"]),
    "carriage returns in a template": ("select {{ n }};\r\n  select 2;\r\nselect 3", {"n": 1}, ["1:1", "2:3", "3:1"]),
    "behind an expression": ("use {{ n }}; select 2", {"n": "a_long_name"}, ["1:1", "1:14"]),
    "behind an expression of many lines": ("select '{{ n }}'; select 2\n;select 3", {"n": "a\nb\nc"}, ["1:1", "1:19", "2:2"]),
    "a statement that is an expression": ("select 1;\n  {{ n }};\nselect 3", {"n": "drop table t"}, ["1:1", "2:3", "3:1"]),
    "in a loop": ("{% for x in n %}\n  insert {{ x }};\n{% endfor %}\nselect 1", {"n": [1, 2, 3]}, ["2:3", "2:3", "2:3", "4:1"]),
    "white space control": ("{% if n -%}\n\n   select 1;\n   {%- endif -%}\n  select 2", {"n": 1}, ["3:4", "5:3"]),
    "an expression that strips": ("select 1;  {{- n -}}  \n  ; select 3", {"n": "select 2"}, ["1:1", "1:12", "2:5"]),
    "a macro": ("{% macro f(x) %}\n  insert {{ x }};\n{% endmacro %}\n{{ f(1) }}\n{{ f(2) }}\nselect 1", {}, ["2:3", "2:3", "6:1"]),
    "a trimmed macro": ("{% macro f() %}\n  select 1;\n  select 2\n{% endmacro %}\n{{ f() | trim }};\nselect 3", {}, ["2:3", "3:3", "6:1"]),
    "a set block": ("{% set x %}\nselect 1;\n{% endset %}\nselect 2;{{ x }}", {}, ["4:1", "2:1"]),
    "an indented block": ("{% filter indent(4) %}select 1;\nselect 2;\n{% endfilter %}", {}, ["1:23", "2:1"]),
    "a call block": ("{% macro f() %}begin work;{{ caller() }};{% endmacro %}\n{% call f() %}\nselect 1{% endcall %}", {}, ["1:16", "3:1"]),
    "raw": ("{% raw %}select '{{';\n select 2{% endraw %}", {}, ["1:10", "2:2"]),
    "comments": ("{# one\n two #}select 1;{# three\n #}\n select 2", {}, ["2:8", "4:2"]),
    "behind a condition that was not met": ("{% if n %}\nselect 0;\n{% endif %}\nselect 1", {"n": 0}, ["4:1"]),
    "repeated text": ("select 1;\n{{ '' }}select 1;\nselect 1", {}, ["1:1", "2:9", "3:1"]),
    "nested loops": (
        "{% for a in n %}\n{% for b in n %}\n {{ b }} {{ a }};\n{% endfor %}\n{% endfor %}",
        {"n": ["x", "y"]},
        ["3:2"] * 4,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_where_a_statement_starts(project, case):
    text, variables, expected = CASES[case]
    found = [statement.source for statement in project.statements(text, variables)]
    assert [f"{source.line}:{source.char}" for source in found] == expected
    assert {source.file for source in found} == {"migrations/p/V1__it.sql"}


def test_included_and_imported_text_is_traced_to_its_own_file(project):
    project.write("parts/views.sql", "\nselect 'from part {{ 1 }}';")
    project.write("../../modules/m.sql", "{% macro grants(role) %}\n  grant x to {{ role }};\n{% endmacro %}")
    text = "{% from 'modules/m.sql' import grants %}\n{% include 'parts/views.sql' %}\n{{ grants('A') }}\nselect 1"
    assert [str(statement.source) for statement in project.statements(text)] == [
        "migrations/p/parts/views.sql:2:1",
        "modules/m.sql:2:3",
        "migrations/p/V1__it.sql:4:1",
    ]


NOTICED = {
    "a set block is cut": "{% set t %}\nab\n{% endset %}\nselect '{{ t[1:2] }}';\nselect 2;\nselect 3",
    "a set block is compared": "{% set t %}yes{% endset %}\n\n{% if t == 'yes' %}\nselect 1;\n{% endif %}\nselect 2;\nselect 3",
    "markers make it fail": "{% set t %}1{% endset %}\n\n\nselect {{ [5, 6][t | int(9)] if t != '1' else 5 }};\nselect 2;\nselect 3",
    "a set block is reversed": "{% set t %}abc{% endset %}\n\n\nselect '{{ t | reverse }}';\nselect 2;\nselect 3",
}


@pytest.mark.parametrize("case", NOTICED)
def test_a_template_that_notices_the_markers_is_traced_by_its_lines(project, case):
    """The lines that are equal are exact; a line that matches nothing is never placed behind its own."""
    text = NOTICED[case]
    first, second, third = project.statements(text)
    lines = text.split("\n")
    assert first.source.line <= 4
    assert lines[second.source.line - 1] == "select 2;"
    assert lines[third.source.line - 1] == "select 3"


WORDS = (f"w{number}" for number in count())
TEMPLATES = st.recursive(
    st.sampled_from(["W ", "\n", " W;\n", "\n  W", "{{ e }}", "{{- e }} ", "{# W #}", "{#- c\n -#} ", "{% raw %}W{{{% endraw %}", "\r\n"]),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                ("{% for i in two %}", "{% endfor %}"),
                ("{%- for i in two -%}", "{%- endfor %}"),
                ("{% if two %}", "{% endif -%}"),
                ("{% if not two %}", "{% else %}W {% endif %}"),
                ("{% set b %}", "{% endset %}{{ b }}{{ b | trim }}"),
                ("{% macro m() %}", "{% endmacro %}{{ m() }} {{- m() }}"),
                ("{% filter upper %}", "{% endfilter %}"),
                ("{% filter indent(2) %}", "{% endfilter %}"),
            ]
        ),
        st.lists(inner, max_size=3),
    ).map(lambda parts: parts[0][0] + "".join(parts[1]) + parts[0][1]),
    max_leaves=8,
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEMPLATES, max_size=4))
def test_every_word_of_the_source_is_traced_to_its_place(project, templates):
    """Every W becomes a word that stands once in the source; wherever it is rendered to, its origin is that place."""
    source = re.sub("W", lambda _: next(WORDS), "".join(templates)) + " end"
    name = f"V{next(WORDS)}__x.sql"
    project.write(name, source)
    if not hasattr(project, "shared"):
        project.shared = project.renderer({"two": [1, 2], "e": "expression"})
    rendered = project.shared.render(project.script(name))
    lines = source.replace("\r\n", "\n").split("\n")
    for match in re.finditer(r"w\d+", rendered.text, re.IGNORECASE):
        place = rendered.locate(match.start())
        assert lines[place.line - 1][place.char - 1 :].startswith(match[0].lower())


def test_places_inside_an_expression_do_not_move_past_it(project):
    rendered = project.render("select '{{ n }}' x", {"n": "long " * 50})
    assert {str(rendered.locate(offset)) for offset in range(10, 200)} == {"migrations/p/V1__it.sql:1:9"}
    assert str(rendered.locate(len(rendered.text) - 1)) == "migrations/p/V1__it.sql:1:18"
