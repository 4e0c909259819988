"""`contracts check --explain FINDING`: the predicted objects before and after the statement to blame."""

from __future__ import annotations

import pytest

RAW = "RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS"
SCRIPT = f"ALTER TABLE {RAW} SET COMMENT = 'x';\nALTER TABLE {RAW} RENAME COLUMN VALUE TO V;\nALTER TABLE {RAW} ADD COLUMN W VARCHAR;\n"


@pytest.fixture
def renamed(fresh):
    fresh.write("migrations/meetup/V9.0.0__rename.sql", SCRIPT)
    return fresh


def test_before_and_after_the_statement_and_no_later_one(renamed):
    answer = renamed.run(f"contracts check --explain column-removed:{RAW}.VALUE")
    assert answer.code == 1
    assert "migrations/meetup/V9.0.0__rename.sql:2:1  error  column-removed" in answer.out
    assert "RENAME COLUMN VALUE TO V" in answer.out
    shown = [line.split() for line in answer.out.splitlines()]
    assert ["-", "VALUE", "VARIANT", "NOT", "NULL"] in shown and ["+", "V", "VARIANT", "NOT", "NULL"] in shown
    assert not any("W" in line for line in shown)


def test_as_data(renamed):
    (found,) = renamed.run("contracts check --explain column-removed --format json").json["summary"]["explained"]
    assert (found["rule"], found["object"], found["statement"]) == ("column-removed", RAW, f"ALTER TABLE {RAW} RENAME COLUMN VALUE TO V")
    (shown,) = found["objects"]
    assert shown["object"] == RAW
    assert [line.split()[0] for line in shown["before"][:2]] == ["table", "VALUE"]
    assert [line.split()[0] for line in shown["after"][:2]] == ["table", "V"]


def test_a_promise_that_no_statement_broke(fresh):
    """What was promised stands against what is made."""
    fresh.edit("contracts/meetup/channels.avsc", '"name": "CHANNELS"', '"name": "WAYS"')
    answer = fresh.run("contracts check --explain object-missing")
    assert answer.code == 1
    assert "ANALYTICS.MARTS.WAYS: - promised, + made\n  there is none made\n  -table\n" in answer.out


def test_a_finding_that_there_is_not(renamed):
    answer = renamed.run("contracts check --explain nonsense")
    assert answer.code == 2
    assert "there is no finding 'nonsense'; there are: " in answer.err and f"column-removed:{RAW}.VALUE" in answer.err


def test_with_a_target_it_starts_from_what_is_live(project):
    """A column that somebody added by hand stands on both sides; only the pending statement is between them."""
    project.sql(f"ALTER TABLE {RAW} ADD COLUMN BY_HAND NUMBER(3,0)")
    project.write("migrations/meetup/V9.0.0__rename.sql", SCRIPT)
    answer = project.run(f"contracts check --target local --explain column-removed:{RAW}.VALUE")
    assert answer.code == 1, answer.err
    assert "migrations/meetup/V9.0.0__rename.sql:2:1  error  column-removed" in answer.out
    shown = [line.split() for line in answer.out.splitlines()]
    assert ["-", "VALUE", "VARIANT", "NOT", "NULL"] in shown and ["+", "V", "VARIANT", "NOT", "NULL"] in shown
    assert ["BY_HAND", "NUMBER(3,0)"] in shown
    offline = project.run(f"contracts check --explain column-removed:{RAW}.VALUE")
    assert "BY_HAND" not in offline.out


def test_what_is_live_and_no_statement_broke(project):
    project.sql(f"ALTER TABLE {RAW} DROP COLUMN VALUE")
    answer = project.run("contracts check --target local --explain column-removed --format json")
    assert answer.code == 1, answer.err
    [found] = answer.json["summary"]["explained"]
    assert (found["object"], found["statement"]) == (RAW, None)
    shown = next(one for one in found["objects"] if one["object"] == RAW)
    assert [any(line.split()[0] == "VALUE" for line in shown[side]) for side in ("before", "after")] == [True, False]
