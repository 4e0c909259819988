"""A rendered script's statements, each with its ordinal and place; what is no SQL is an input error with file and line."""

from __future__ import annotations

import pytest

from snowpact.model.errors import InputError


def test_statements_are_counted_and_placed(project):
    first, second = project.statements("-- a comment\ncreate table t (a int);\n\n  select ';' -- last\n")
    assert (first.ordinal, first.text, first.source.line, first.source.char) == (1, "create table t (a int)", 2, 1)
    assert (second.ordinal, second.text, second.source.line, second.source.char) == (2, "select ';'", 4, 3)


UNREADABLE = {
    "a string": ("select 1;\nselect 'abc", 2, "a string is never closed"),
    "a comment": ("select 1\n;\n/* abc", 3, "a comment is never closed"),
    "a quoted identifier": ('select "abc', 1, "a quoted identifier is never closed"),
    "a body": ("select 1;\n\ncreate procedure p() as $$ begin", 3, "is never closed"),
    "a string, behind an expression": ("{% if 1 %}\n\n{% endif %}select '{{ 'x' }}", 3, "a string is never closed"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_never_closed(project, case):
    text, line, message = UNREADABLE[case]
    with pytest.raises(InputError) as error:
        project.statements(text)
    (fault,) = error.value.faults
    assert (fault.file, fault.line) == ("migrations/p/V1__it.sql", line)
    assert message in fault.message


def test_comments_that_schemachange_does_not_know_are_no_statement_either(project):
    with pytest.raises(InputError, match="holds comments only"):
        project.statements("// nothing here")
