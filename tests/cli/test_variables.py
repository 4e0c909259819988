"""Variables on the command line: a target's names, who wins, and secrets that nobody may print."""

from __future__ import annotations

import pytest

DEV = """
[vars]
db = "SALES"

[targets.dev]
type = "local"
path = ".snowpact/dev"
databases = { SALES = "SALES_DEV" }
vars = { db = "SALES_DEV" }
"""
SCRIPT = "migrations/orders/V1.0.0__orders.sql"


@pytest.fixture
def two_targets(skeleton):
    """One project, its database called SALES on one target and SALES_DEV on the other."""
    skeleton.write("snowpact.toml", (skeleton.folder / "snowpact.toml").read_text() + DEV)
    text = (skeleton.folder / SCRIPT).read_text()
    skeleton.write(SCRIPT, text.replace("SALES.", "{{ db }}.").replace("EXISTS SALES;", "EXISTS {{ db }};"))
    return skeleton


def test_databases_may_be_called_otherwise_on_a_target(two_targets):
    for target, database in (("local", "SALES"), ("dev", "SALES_DEV")):
        for line in ("snowpact migrate apply", "contracts check", "snowpact drift"):
            answer = two_targets.run(f"{line} --target {target} --format json")
            assert (answer.code, answer.json["findings"]) == (0, []), answer.out + answer.err
        tables = two_targets.run(f"snowpact local sql --target {target} --format json", "SHOW TABLES LIKE 'ORDERS' IN ACCOUNT").json
        assert [row["database_name"] for row in tables] == [database]

    two_targets.run("snowpact local sql --target dev", "ALTER TABLE SALES_DEV.MARTS.ORDERS DROP COLUMN amount_usd")
    report = two_targets.run("snowpact drift --target dev --format json").json
    assert {(item["object"], item["column"]) for item in report["findings"]} == {("SALES.MARTS.ORDERS", "AMOUNT_USD")}
    assert report["summary"]["databases"] == {"SALES": "SALES_DEV"}
    assert two_targets.run("snowpact drift --target local").code == 0


PLACES = [
    ("schemachange-config.yml", None),
    ("[vars]", None),
    ("the target's vars", None),
    ("the environment", "SNOWPACT_VAR_who"),
    ("--vars", None),
]


@pytest.mark.parametrize("upto", range(1, len(PLACES) + 1), ids=[name for name, _ in PLACES])
def test_the_nearer_place_wins(skeleton, monkeypatch, upto):
    """Each place is added to the ones below it, and wins."""
    toml = (skeleton.folder / "snowpact.toml").read_text()
    skeleton.write("migrations/orders/schemachange-config.yml", "config-version: 1\nvars:\n  who: 'schemachange-config.yml'\n")
    if upto > 1:
        toml = f'{toml}\n[vars]\nwho = "[vars]"\n'
    if upto > 2:
        toml = toml.replace('path = ".snowpact/local"', "path = '.snowpact/local'\nvars = { who = \"the target's vars\" }")
    if upto > 3:
        monkeypatch.setenv("SNOWPACT_VAR_who", "the environment")
    skeleton.write("snowpact.toml", toml)
    skeleton.write("migrations/orders/V1.1.0__who.sql", "CREATE TABLE SALES.MARTS.WHO AS SELECT $${{ who }}$$ AS WHO;\n")
    line = ["snowpact migrate apply", *(["--vars", "who=--vars"] if upto > 4 else [])]
    answer = skeleton.run(*line)
    assert answer.code == 0, answer.out + answer.err
    assert skeleton.sql("SELECT WHO FROM SALES.MARTS.WHO") == [{"WHO": PLACES[upto - 1][0]}]


@pytest.mark.parametrize("line", ["snowpact migrate plan", "snowpact migrate apply", "snowpact migrate apply -v --format json"])
def test_a_secret_is_not_printed(skeleton, line):
    skeleton.write("migrations/orders/V1.1.0__x.sql", "SELECT '{{ api_secret }}';\nDROP TABLE SALES.MARTS.{{ api_secret }};\n")
    answer = skeleton.run(line, "--vars", "api_secret=hunter22")
    assert answer.code == 1
    assert "hunter22" not in (answer.out + answer.err).lower()
    assert "***" in answer.out
