"""The reader of delimited text: what it writes it reads, and no text makes it fail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from snowpact.local.stages.delimited import Fault, records
from snowpact.local.stages.formats import FileFormat

QUOTED = FileFormat("CSV", {"FIELD_OPTIONALLY_ENCLOSED_BY": '"', "NULL_IF": ()})
PLAIN = FileFormat("CSV", {"NULL_IF": ()})


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=4), max_size=5))
def test_enclosed_fields_come_back(rows):
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    assert [item.fields for item in records(text, QUOTED)] == rows


@given(st.text(st.sampled_from('a,"\\\n\r ')), st.sampled_from([QUOTED, PLAIN, FileFormat("CSV", {"TRIM_SPACE": True})]))
def test_any_text_is_records_or_faults(text, format_):
    found = list(records(text, format_))
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    assert all(isinstance(item.fields, (list, Fault)) for item in found)


def test_a_quote_that_never_closes_is_a_fault():
    (item,) = records('1,"x\n2,y\n', QUOTED)
    assert isinstance(item.fields, Fault) and "closing quote" in item.fields.message


def test_text_behind_a_closing_quote_is_a_fault_and_reading_goes_on():
    first, second = records('"x"y,1\nz,2\n', QUOTED)
    assert isinstance(first.fields, Fault) and first.fields.message == "Found character 'y' instead of field delimiter ','"
    assert second.fields == ["z", "2"] and second.line == 2


def test_lines_count_what_fields_enclose():
    assert [(item.number, item.line) for item in records('"a\nb"\nc\n', QUOTED)] == [(1, 1), (2, 3)]


def test_delimiters_may_be_several_characters():
    format_ = FileFormat("CSV", {"FIELD_DELIMITER": "||", "RECORD_DELIMITER": "~\n", "NULL_IF": ()})
    assert [item.fields for item in records("a||b~\nc||d~\n", format_)] == [["a", "b"], ["c", "d"]]
