"""Rendered text and checksum are schemachange's own, over many scripts: its JinjaTemplateProcessor is the oracle."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemachange.JinjaTemplateProcessor import JinjaTemplateProcessor

from snowpact.model.errors import InputError

VARIABLES = {
    "name": "Orders",
    "many": ["a", "b", "c"],
    "nested": {"db": "RAW", "deep": {"n": 3}},
    "number": 7,
    "ratio": 0.5,
    "yes": True,
    "nothing": None,
    "text": "it's; -- text",
    "numbered": {1: "one"},
}

MODULE = "{% macro cast(column, type='VARCHAR') %}{{ column }}::{{ type }}{% endmacro %}\n{% set shared = 'S' %}"

TABLE = {
    "plain": "create table t (a int);\n",
    "no semicolon": "select 1",
    "two semicolons": "select 1;;",
    "semicolon and space": "select 1 ;  \n\n",
    "semicolon before white space": "select 1\n;\n",
    "byte order mark": "\ufeffselect 1;",
    "byte order mark and template": "\ufeffselect {{ number }};",
    "byte order mark behind white space": "\n\ufeffselect 1;",
    "carriage returns": "select 1,\r\n 2;\r\n",
    "lone carriage return": "select 1,\r2",
    "carriage returns in a template": "select {{ number }},\r\n 2;\r\n",
    "trailing newlines": "select {{ number }}\n\n\n",
    "trailing comment": "select 1;\n-- done",
    "trailing comment, same line": "select 1; -- done\n",
    "unusual white space": "\u00a0\u2003select 1\u2028",
    "form feed": "\fselect 1\f",
    "comments only": "-- nothing\n/* here */",
    "semicolons only": ";;",
    "empty": "",
    "white space only": " \n\t",
    "renders to nothing": "{% if number == 8 %}select 1{% endif %}",
    "renders to a comment": "{{ '-- ' }}{{ name }}",
    "comment sign in a string": "select '--'",
    "slash comment only": "// nothing",
    "a loop": "{% for x in many %}select '{{ x }}';\n{% endfor %}",
    "white space control": "a {%- if yes -%}  b  {%- endif -%}  c",
    "nested variables": "use {{ nested.db }}.x{{ nested['deep']['n'] }} -- {{ numbered[1] }}",
    "none, booleans, floats": "select {{ nothing }}, {{ yes }}, {{ ratio }}",
    "no autoescape": "select '{{ '<&>' }}' {{ text }}",
    "raw": "{% raw %}{{ not }} {% rendered %}{% endraw %} 1",
    "comment": "select 1 {# never seen {{ }} #} + 1",
    "filters": "{{ many | join(', ') | upper }} {{ name | replace('O', '0') }} {{ 'x' | indent }}",
    "line statement signs stay": "# for x in y\nselect 1 ## no",
    "default": "{{ missing | default('d') }} {% if missing is defined %}x{% endif %}",
    "undefined": "select {{ missing }}",
    "undefined attribute": "select {{ nested.missing }}",
    "macro from a module": "{% from 'modules/m.sql' import cast %}select {{ cast('a') }}, {{ cast('b', type='INT') }}",
    "module import": "{% import 'modules/m.sql' as m %}select '{{ m.shared }}'",
    "include": "{% include 'part.sql' %}\nselect 2",
    "set and macro in place": "{% set t %}x_{{ number }}{% endset %}{% macro f(a) %}[{{ a }}]{% endmacro %}select {{ f(t) }}",
    "call block": "{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}in{% endcall %}",
    "set block compared": "{% set t %}abc{% endset %}{% if t == 'abc' %}select 1{% else %}select 2{% endif %}",
    "set block measured": "{% set t %}abc{% endset %}select {{ t | length }}",
    "environment default": "select '{{ env_var('SNOWPACT_TEST_ABSENT', 'fallback') }}'",
    "environment": "select '{{ env_var('SNOWPACT_TEST_SET') }}'",
    "environment absent": "select '{{ env_var('SNOWPACT_TEST_ABSENT') }}'",
    "syntax": "select {{ 1 + }}",
    "unclosed": "select {% if x %}",
    "tilde and arithmetic": "select {{ 'a' ~ 1 }} {{ 7 // 2 }} {{ 2 ** 5 }}",
    "namespace": "{% set n = namespace(i=0) %}{% for x in many %}{% set n.i = n.i + 1 %}{% endfor %}{{ n.i }}",
    "a list is changed": "{% set l = [] %}{% set _ = l.append(1) %}{{ l }}",
    "format": "{{ '%s-%03d' | format(name, number) }} {{ '{}'.format(name) }}",
    "block": "select {% block columns %}1{% endblock %}",
    "private use characters": "select '\U0010ff00\U00100001\U0010ff01' || '{{ name }}'",
}


@pytest.fixture
def compare(project, monkeypatch):
    """Renders a text both ways; the answers are (text, checksum), or None where a script is refused."""
    monkeypatch.setenv("SNOWPACT_TEST_SET", "from the environment")
    project.write("../../modules/m.sql", MODULE)
    project.write("part.sql", "select 'part {{ number }}';")
    ours = project.renderer(VARIABLES, live=True)
    theirs = JinjaTemplateProcessor(project.folder, project.root / "modules")
    names = (f"V{number}__x.sql" for number in count(1))

    def run(text: str):
        name = next(names)
        project.write(name, text)
        try:
            rendered = ours.render(project.script(name))
            mine = rendered.text, rendered.checksum
        except InputError:
            mine = None
        try:
            content = theirs.render(name, VARIABLES)
            other = content, hashlib.sha224(content.encode()).hexdigest()
        except Exception:  # jinja2's errors, ValueError for what renders to nothing
            other = None
        return mine, other

    return run


@pytest.mark.parametrize("case", TABLE)
def test_text_and_checksum_are_schemachanges(compare, case):
    ours, theirs = compare(TABLE[case])
    assert ours == theirs


FRAGMENTS = [
    *("select", ";", " ", "\n", "\r\n", "\t", "-- c", "/* c */", "'a;b'", "{", "}", "%}", "{{", "é", "$$"),
    *("{{ name }}", "{{- number -}}", "{{ many[0] }}", "{{ x }}", "{{ x|upper }}", "{{ missing }}", "{# c #}", "{#- c -#}"),
    *("{% if yes %}", "{% if yes -%}", "{%- endif %}", "{% endif %}"),
    *("{% for x in many %}", "{% for x in many -%}", "{% endfor %}", "{%- endfor -%}"),
    *("{% raw %}", "{% endraw %}", "{% set x %}", "{% endset %}", "{% set x = 1 %}", "{% include 'part.sql' %}"),
    *("{% macro f() %}", "{% endmacro %}", "{{ f() }}", "{{ f()|trim }}"),
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_text_and_checksum_are_schemachanges_for_any_script(compare, text):
    ours, theirs = compare(text)
    assert ours == theirs


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from(" \t\r\n;-/*{}%#"), max_size=40))
def test_plain_files_skip_jinja_and_are_none_the_different_for_it(compare, text):
    ours, theirs = compare(text)
    assert ours == theirs
