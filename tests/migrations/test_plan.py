"""What is left to do: the decision table, and the checksums of older schemachange releases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from snowpact.migrations.checksum import checksum
from snowpact.migrations.discover import parse_name
from snowpact.migrations.ledger import Row
from snowpact.migrations.origins import Origins
from snowpact.migrations.plan import State, pending
from snowpact.migrations.render import finish

CASES = yaml.safe_load(Path(__file__).with_name("plan.yml").read_text())


def rendered(name: str, text: str):
    return finish(parse_name(name, name, "p"), f"select '{text}'", Origins(name))


def row(name: str, text: str | None, status: str, given: str | None = None) -> Row:
    script = parse_name(name, name, "p")
    digest = given or ("" if text is None else checksum(f"select '{text}'"))
    return Row(script.version, script.description, name, script.kind, digest, 0, status, "ME", None)


@pytest.mark.parametrize("case", CASES)
def test_the_decision_table(case):
    given = CASES[case]
    scripts = [rendered(name, text) for name, text in given["scripts"].items()]
    plan = pending(scripts, [row(*line) for line in given["ledger"]], given.get("out_of_order", False))
    assert [(entry.script.name, entry.state) for entry in plan.entries] == list(given["states"].items())
    assert [entry.script.name for entry in plan.to_run] == given["run"]
    assert [missing.script for missing in plan.missing] == given.get("missing", [])


def test_the_table_covers_every_state():
    assert {State(state) for case in CASES.values() for state in case["states"].values()} == set(State)


def test_no_ledger_is_an_empty_one():
    assert pending([rendered("V1__x.sql", "a")], None).to_run


def test_the_highest_version_is_by_number():
    plan = pending([], [row(f"V1.{number}__x.sql", "a", "Success") for number in (9, 10, 2)])
    assert plan.highest == "1.10"


TEXT = "select 1;\n-- the end"
OLDER = {
    # what schemachange hashed for TEXT, or for TEXT as its comment says
    "up to 4.1, with a byte order mark": "\ufeff" + TEXT,
    "4.2": TEXT + "\nSELECT 1; -- schemachange: no-op statement to prevent empty SQL after comment stripping",
    "4.3": TEXT + "\nSELECT 1; -- schemachange: trailing comment fix",
    "4.3, a trailing semicolon": TEXT + ";",
    "4.4": TEXT,
}


@pytest.mark.parametrize("release", OLDER)
def test_a_ledger_of_an_older_schemachange_is_understood(release):
    script = finish(parse_name("R__x.sql", "R__x.sql", "p"), TEXT, Origins("R__x.sql"))
    (entry,) = pending([script], [row("R__x.sql", None, "Success", checksum(OLDER[release]))]).entries
    assert entry.state is State.APPLIED
