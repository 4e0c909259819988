"""Every command's JSON keeps to the schema that ships with the package, whatever the verdict."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

SCHEMA = json.loads(files("snowpact.reports").joinpath("schema/report.schema.json").read_text(encoding="utf-8"))

COMMANDS = [
    "contracts check",
    "contracts check --target local",
    "contracts check --pipeline orders --fail-on warning",
    "snowpact contracts check",
    "contracts list",
    "contracts show ORDERS",
    "snowpact migrate plan",
    "snowpact migrate apply",
    "snowpact migrate status",
    "snowpact migrate repair --accept V1.0.0__orders.sql",
    "snowpact drift",
    "snowpact rules",
    "snowpact rules column-removed",
]
VERDICTS = {0: "passed", 1: "blocked"}

BREAK = "ALTER TABLE SALES.MARTS.ORDERS DROP COLUMN amount_usd;\nDROP TABLE NOWHERE.AT.ALL;\n"
BY_HAND = 'ALTER TABLE SALES.MARTS.ORDERS RENAME COLUMN amount_usd TO "Bel\u00f8b"; CREATE TABLE SALES.MARTS.X (a NUMBER)'

# what happened: (how, the exit codes that the commands above then give)
SITUATIONS = {
    "all is well": (lambda project: None, {0}),
    "a break is pending": (lambda project: project.write("migrations/orders/V1.1.0__x.sql", BREAK), {0, 1}),
    "altered by hand": (lambda project: project.sql(BY_HAND), {0, 1}),
    "bad input": (lambda project: project.edit("contracts/orders/orders.avsc", '"ORDER_ID"', '"A B"'), {0, 2}),
    "no configuration": (lambda project: (project.folder / "snowpact.toml").unlink(), {0, 2}),
    "no database": (lambda project: project.sql("DROP DATABASE SALES"), {0, 3}),
}


@pytest.fixture
def orders(skeleton):
    assert skeleton.run("snowpact migrate apply").code == 0
    return skeleton


def keeps_to_the_schema(answer, line: str) -> None:
    report = answer.json
    Draft202012Validator(SCHEMA).validate(report)
    assert report["verdict"] == VERDICTS.get(answer.code, "error"), line
    assert bool(report["errors"]) == (answer.code > 1)
    assert line.removeprefix("snowpact ").startswith(report["command"])
    assert answer.out == answer.out.rstrip("\n") + "\n"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_report_keeps_to_the_schema(orders, situation):
    happen, codes = SITUATIONS[situation]
    happen(orders)
    answers = {line: orders.run(f"{line} --format json") for line in COMMANDS}
    for line, answer in answers.items():
        keeps_to_the_schema(answer, line)
    assert {answer.code for answer in answers.values()} == codes, {line: answer.code for line, answer in answers.items()}


@pytest.mark.parametrize(
    "line", ["snowpact migrate plan --nonsense", "snowpact drift --target nowhere", "contracts show nothing", "snowpact rules nothing"]
)
def test_usage_errors_too(skeleton, line):
    for answer in (skeleton.run(f"{line} --format json"), skeleton.run(f"{line} --format=json")):
        assert answer.code == 2
        keeps_to_the_schema(answer, line)


def test_output_writes_the_same_report(orders):
    told = orders.run("snowpact drift --format json").out
    answer = orders.run("snowpact drift --format json --output drift.json")
    assert (answer.out, (orders.folder / "drift.json").read_text(encoding="utf-8")) == ("", told)


def test_progress_goes_to_standard_error_alone(skeleton):
    answer = skeleton.run("snowpact migrate apply -v --format json")
    keeps_to_the_schema(answer, "snowpact migrate apply")
    assert "applying migrations/orders/V1.0.0__orders.sql" in answer.err


def test_the_columns_whose_type_is_not_told_exactly_and_why(skeleton):
    """In the summary of check and drift; with -v also for people."""
    skeleton.write(
        "migrations/orders/V1.1.0__v.sql",
        "CREATE VIEW SALES.MARTS.V AS SELECT ORDER_ID, SQRT(AMOUNT_USD) AS S, NOBODY_KNOWS(ORDER_ID) AS X FROM SALES.MARTS.ORDERS;",
    )
    answer = skeleton.run("contracts check -v --format json")
    found = answer.json["summary"]["not_exact"]
    assert [(one["object"], one["column"], one["certainty"]) for one in found] == [("SALES.MARTS.V", "X", "unknown")]
    assert "NOBODY_KNOWS" in found[0]["reason"]
    assert f"not exact: SALES.MARTS.V.X {found[0]['type']}, unknown: {found[0]['reason']}" in answer.err
