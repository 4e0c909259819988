"""Reports: one sample through every renderer, held against golden files; JSON against its schema; no text steers a terminal.

To renew the golden files after a change that is meant: ``SNOWPACT_GOLDEN=write pytest tests/reports``, and read the difference.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from snowpact.model.apply import CHANGE_TYPES
from snowpact.model.errors import InputError
from snowpact.model.shape import ChangeShape
from snowpact.reports.json import schema
from snowpact.reports.registry import FORMATS, renderer

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif", "junit": "xml", "markdown": "md", "html": "html", "github": "github"}
WRITE = os.environ.get("SNOWPACT_GOLDEN") == "write"


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_the_sample_is_rendered_as_agreed(sample, format):
    name, report = sample
    text = renderer(format)(report)
    golden = GOLDEN / f"{name}.{ENDINGS[format]}"
    if WRITE:
        golden.write_bytes(text.encode("utf-8"))
    assert text.encode("utf-8") == golden.read_bytes()


def test_every_format_has_its_file_and_its_golden_reports():
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{name}.{ENDINGS[format]}" for format in FORMATS for name in ("blocked", "passed", "error")
    }


def test_json_keeps_to_the_schema_that_ships(sample):
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(renderer("json")(sample[1])), schema())


def test_the_schema_knows_every_change():
    kebab = {re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower() for kind in (*CHANGE_TYPES, ChangeShape)}
    assert set(schema()["$defs"]["change"]["properties"]["change"]["enum"]) == kebab


def test_the_schema_can_fail(blocked):
    data = json.loads(renderer("json")(blocked))
    del data["findings"][0]["waiver"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_nothing_in_a_report_steers_a_terminal(blocked, format):
    text = renderer(format)(blocked)
    assert {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} == {"\n"}


def test_a_name_cannot_forge_a_line_of_the_report(blocked):
    assert "fake-rule" in renderer("text")(blocked)
    assert not [line for line in renderer("text")(blocked).splitlines() if "fake-rule" in line and not line.startswith("    ")]


def test_hostile_text_survives_in_json_as_it_was(blocked):
    message = json.loads(renderer("json")(blocked))["findings"][2]["message"]
    assert message == blocked.findings[2].message


def test_color_adds_escapes_and_changes_no_word(blocked):
    plain, colored = (renderer("text")(blocked, color) for color in (False, True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_a_line_is_never_wrapped(blocked):
    long = "x" * 500
    report = replace(blocked, findings=(replace(blocked.findings[0], message=long),))
    assert f"  {long}\n" in renderer("text")(report)


def test_an_unknown_format_is_an_input_error_that_names_the_others():
    with pytest.raises(InputError, match="github, html, json"):
        renderer("nonsense")
