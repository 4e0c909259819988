"""`snowpact local run`: a span on a simulated clock, what it prints, where the next one goes on."""

from __future__ import annotations

import pytest

SETUP = """
CREATE DATABASE D; CREATE WAREHOUSE W; CREATE TABLE D.PUBLIC.LOG (AT TIMESTAMP_LTZ);
CREATE TASK D.PUBLIC.EVERY SCHEDULE = '10 MINUTES' AS INSERT INTO D.PUBLIC.LOG SELECT CURRENT_TIMESTAMP();
CREATE TASK D.PUBLIC.BAD SCHEDULE = '30 MINUTES' AS SELECT 1/0;
CREATE TASK D.PUBLIC.CHILD AFTER D.PUBLIC.EVERY WHEN 1 = 0 AS SELECT 1;
ALTER TASK D.PUBLIC.CHILD RESUME; ALTER TASK D.PUBLIC.EVERY RESUME; ALTER TASK D.PUBLIC.BAD RESUME;
CREATE DYNAMIC TABLE D.PUBLIC.COUNTED TARGET_LAG = '20 minutes' WAREHOUSE = W AS SELECT COUNT(*) AS N FROM D.PUBLIC.LOG
"""


@pytest.fixture
def account(skeleton):
    assert skeleton.run("snowpact local sql", SETUP).code == 0
    return skeleton


def test_a_span_and_what_ran_in_it(account):
    answer = account.run("snowpact local run --from 2030-01-01 --for 1h --format json")
    assert answer.code == 0
    assert (answer.json["from"], answer.json["until"]) == ("2030-01-01T00:00:00+00:00", "2030-01-01T01:00:00+00:00")
    counts = {one["name"]: (one["kind"], one["runs"], one["succeeded"], one["skipped"], one["failed"]) for one in answer.json["ran"]}
    assert counts["D.PUBLIC.BAD"][:2] in {("task", 1), ("task", 2)}  # counted from when it was resumed
    assert counts["D.PUBLIC.BAD"][4] == counts["D.PUBLIC.BAD"][1]
    assert counts["D.PUBLIC.EVERY"] in {("task", runs, runs, 0, 0) for runs in (5, 6)}
    assert counts["D.PUBLIC.CHILD"] == ("task", counts["D.PUBLIC.EVERY"][1], 0, counts["D.PUBLIC.EVERY"][1], 0)
    assert counts["D.PUBLIC.COUNTED"] == ("dynamic table", 3, 3, 0, 0)
    assert "D.PUBLIC.BAD failed" in answer.err
    assert account.sql("SELECT DISTINCT DATE_TRUNC('day', AT)::DATE AS D FROM D.PUBLIC.LOG") == [{"D": "2030-01-01"}]


def test_the_next_one_goes_on_where_the_last_ended(account):
    account.run("snowpact local run --from 2030-01-01 --until 2030-01-01T02:00:00")
    answer = account.run("snowpact local run --for 30m")
    assert answer.out.splitlines()[0] == "from 2030-01-01 02:00:00+0000 until 2030-01-01 02:30:00+0000"
    assert answer.out.splitlines()[1].split(" | ")[1].strip() == "name"


def test_nothing_to_run(skeleton):
    assert skeleton.run("snowpact local run --from 2030-01-01 --for 7d").out.splitlines()[1:] == ["nothing was due"]
    assert skeleton.run("snowpact local run").out.splitlines() == ["nothing was due"]  # on the machine's clock there is nothing to wait for


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--for soon", "no span of time"),
        ("--from yesterday --for 1h", "no date or time"),
        ("--from 2030-01-01", "--from needs --for or --until"),
        ("--for 1h --until 2030-01-01", "not both"),
        ("--from 2030-01-02 --until 2030-01-01", "not later"),
    ],
)
def test_what_is_no_span(skeleton, options, says):
    answer = skeleton.run(f"snowpact local run {options}")
    assert answer.code == 2
    assert says in answer.err
