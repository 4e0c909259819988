"""`contracts check --target T --data`: rows that break what is promised of rows, on a real engine."""

from __future__ import annotations

import json
import time

import pytest

T = {"type": "record", "namespace": "DB.S", "name": "T"}
ORDER = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}, {"name": "note", "type": ["null", "string"]}]}
FIELDS = [
    {"name": "ID", "type": ["null", "int"], "default": None},
    {"name": "CHANNEL", "type": ["null", "string"], "default": None},
    {"name": "DAY", "type": ["null", {"type": "int", "logicalType": "date"}], "default": None},
    {"name": "PAYLOAD", "type": ["null", ORDER], "default": None, "snowflake": {"type": "VARIANT"}},
]
SCRIPT = """CREATE DATABASE DB; CREATE SCHEMA DB.S;
CREATE TABLE DB.S.OTHER (ID NUMBER(9,0));
INSERT INTO DB.S.OTHER VALUES (1), (2);
CREATE TABLE DB.S.T (ID NUMBER(9,0), CHANNEL VARCHAR, DAY DATE, PAYLOAD VARIANT);
INSERT INTO DB.S.T SELECT 1, 'web', '2024-01-05', PARSE_JSON('{"id": 1}');
INSERT INTO DB.S.T SELECT 1, 'it''s', '2024-03-05', PARSE_JSON('{"id": "one"}');
INSERT INTO DB.S.T SELECT 3, NULL, NULL, NULL;
"""
KEPT = [
    {"not_null": {"column": "ID"}},
    {"unique": {"columns": ["ID", "CHANNEL"]}},
    {"accepted_values": {"column": "CHANNEL", "values": ["web", "it's"]}},
    {"accepted_values": {"column": "CHANNEL", "values": ["web", "it's", 5, True]}},
    {"accepted_values": {"column": "ID", "values": [1, 2, 3]}},
    {"accepted_values": {"column": "DAY", "values": ["2024-01-05", "2024-03-05"]}},
    {"range": {"column": "ID", "min": 1, "max": 3}},
    {"range": {"column": "DAY", "min": "2024-01-05", "max": "2024-03-05"}},
    {"regex": {"column": "CHANNEL", "pattern": "[a-z']+"}},
    {"regex": {"column": "DAY", "pattern": "2024-.*"}},
    {"relationship": {"column": "ID", "references": "DB.S.T"}},
    {"row_count": {"min": 3, "max": 3}},
]
BROKEN = [
    ({"not_null": {"column": "CHANNEL"}}, "1 of 3 rows of DB.S.T.CHANNEL break not_null", "CHANNEL"),
    ({"unique": {"column": "ID"}}, "2 of 3 rows of DB.S.T.ID break unique (ID)", "ID"),
    ({"accepted_values": {"column": "CHANNEL", "values": ["web", "') OR 1=1 --"]}}, "1 of 3 rows", "CHANNEL"),
    ({"accepted_values": {"column": "ID", "values": [1]}}, "1 of 3 rows", "ID"),
    ({"range": {"column": "ID", "min": 2}}, "2 of 3 rows of DB.S.T.ID break range at least 2", "ID"),
    ({"range": {"column": "ID", "max": 2.5}}, "1 of 3 rows", "ID"),
    ({"range": {"column": "DAY", "min": "2024-02-01"}}, "1 of 3 rows", "DAY"),
    ({"regex": {"column": "CHANNEL", "pattern": "we"}}, "2 of 3 rows of DB.S.T.CHANNEL break regex 'we'", "CHANNEL"),
    (
        {"relationship": {"column": "ID", "references": "DB.S.OTHER"}},
        "1 of 3 rows of DB.S.T.ID break relationship to DB.S.OTHER.ID",
        "ID",
    ),
    ({"row_count": {"max": 2}}, "DB.S.T holds 3 rows, against row_count at most 2", None),
    ({"relationship": {"column": "ID", "references": "DB.S.NOWHERE"}}, "can't be evaluated: 002003", "ID"),
    ({"range": {"column": "CHANNEL", "min": 1}}, "range at least 1 of DB.S.T.CHANNEL can't be evaluated", "CHANNEL"),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, project_in):
    project = project_in(tmp_path_factory.mktemp("data"))
    project.write("snowpact.toml", '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__t.sql", SCRIPT)
    _promise(project)
    answer = project.run("snowpact migrate apply")
    assert answer.code == 0, answer.out + answer.err
    return project


def _promise(project, fields=FIELDS[:3], **pact):
    pact = {"version": "1.0.0", "owner": "Data", "consumers": ["BI"], **pact}
    project.write("c/t.avsc", json.dumps({**T, "pact": pact, "fields": list(fields)}, indent=1))


def _found(project) -> list[dict]:
    answer = project.run("contracts check --target local --data --format json")
    found = answer.json["findings"]
    assert answer.code == (1 if any(one["severity"] == "error" for one in found) else 0), answer.out
    return found


def test_rules_that_rows_keep(loaded):
    _promise(loaded, quality=KEPT)
    answer = loaded.run("contracts check --target local --data --format json")
    assert (answer.code, answer.json["findings"]) == (0, []), answer.out
    assert answer.json["summary"]["data"] == {"contracts": 1, "rules": 12, "values": 0}


@pytest.mark.parametrize(("rule", "message", "column"), BROKEN, ids=[f"{next(iter(rule))}-{n}" for n, (rule, *_) in enumerate(BROKEN)])
def test_a_rule_that_rows_break(loaded, rule, message, column):
    """The other rules are evaluated all the same, and told by line."""
    _promise(loaded, quality=[*KEPT, rule])
    (found,) = _found(loaded)
    assert message in found["message"]
    assert (found["rule"], found["severity"], found["column"], found["comparison"]) == ("quality-failed", "error", column, "contract-drift")
    assert (found["contract"], found["version"], found["consumers"], found["file"]) == ("c/t.avsc", "1.0.0", ["BI"], "c/t.avsc")
    text = (loaded.folder / "c/t.avsc").read_text().splitlines()
    assert json.dumps(next(iter(rule))) in "".join(text[found["line"] - 1 : found["line"] + 1])


@pytest.mark.parametrize("rule", [rule for rule, *_ in BROKEN[:9]], ids=lambda rule: next(iter(rule)))
def test_the_query_that_is_proposed_finds_the_rows(loaded, rule):
    _promise(loaded, quality=[rule])
    (found,) = _found(loaded)
    assert loaded.sql(found["suggestion"].partition(": ")[2])


def test_what_a_type_and_a_key_promise_are_rules_as_well(loaded):
    enum = {"name": "CHANNEL", "type": {"type": "enum", "name": "C", "symbols": ["web"]}}
    _promise(loaded, [FIELDS[0], enum], keys={"unique": [["ID"]]}, kind="table")
    rules = [(one["column"], one["message"].partition(" break ")[2]) for one in _found(loaded) if one["rule"] == "quality-failed"]
    assert sorted(rules) == [("CHANNEL", "accepted_values 'web'"), ("CHANNEL", "not_null"), ("ID", "unique (ID)")]


def test_values_that_are_not_as_their_record_says(loaded):
    _promise(loaded, FIELDS)
    (found,) = _found(loaded)
    assert (found["rule"], found["column"]) == ("sample-invalid", "PAYLOAD")
    assert "1 of 2 values sampled from DB.S.T.PAYLOAD are not as declared; for example at $.id: expected long" in found["message"]
    assert found["path"] == ["$.id", "DB.S.T.PAYLOAD"]


def test_a_waiver_covers_a_rule_that_rows_break(loaded):
    _promise(loaded, quality=[{"not_null": {"column": "CHANNEL"}}])
    waiver = '[[waiver]]\nrule = "quality-failed"\nobject = "DB.S.T"\nwho = "A"\nwhy = "known"\nuntil = 2999-01-01\n'
    file = loaded.write("contracts/waivers.toml", waiver)
    try:
        answer = loaded.run("contracts check --target local --data --format json")
        assert (answer.code, [one["waiver"] is not None for one in answer.json["findings"]]) == (0, [True])
    finally:
        file.unlink()


def test_what_is_pending_is_told_not_passed(loaded, tmp_path):
    """A column that a pending script adds can't be looked at yet."""
    project = loaded.copy(tmp_path / "pending")
    project.write("m/V1.1.0__more.sql", "ALTER TABLE DB.S.T ADD COLUMN MORE NUMBER(9,0);")
    more = {"name": "MORE", "type": ["null", "int"], "default": None}
    _promise(project, [*FIELDS[:3], more], quality=[{"not_null": {"column": "MORE"}}])
    (found,) = _found(project)
    assert (found["rule"], found["severity"]) == ("quality-failed", "warning")
    assert "column MORE does not exist on this target" in found["message"]


def test_data_needs_a_target(loaded):
    answer = loaded.run("contracts check --data")
    assert (answer.code, "--data looks at rows, and so needs --target" in answer.err) == (2, True)


def test_a_dynamic_table_is_late_once_its_source_has_news(loaded, tmp_path):
    """Not before: nothing new below means nothing that consumers miss. A refresh brings it back."""
    project = loaded.copy(tmp_path / "late")
    project.write(
        "m/V1.1.0__d.sql", "CREATE WAREHOUSE W; CREATE DYNAMIC TABLE DB.S.D TARGET_LAG = '1 minute' WAREHOUSE = W AS SELECT ID FROM DB.S.T;"
    )
    project.write("m/V1.2.0__v.sql", "CREATE VIEW DB.S.V AS SELECT ID FROM DB.S.D;")
    for name in "DV":
        pact = {"version": "1.0.0", "owner": "Data", "freshness": {"target_lag": "1 second"}}
        project.write(f"c/{name}.avsc", json.dumps({**T, "name": name, "pact": pact, "fields": FIELDS[:1]}))
    assert project.run("snowpact migrate apply").code == 1  # a lag of a minute is not one of a second
    (project.folder / "c/D.avsc").rename(project.folder / "D.avsc")
    assert project.run("snowpact migrate apply").code == 0
    (project.folder / "D.avsc").rename(project.folder / "c/D.avsc")

    def late() -> list[str]:
        return [one["message"] for one in _found(project) if one["rule"] == "freshness-missed"]

    time.sleep(1.1)
    assert late() == []
    project.sql("INSERT INTO DB.S.T (ID) VALUES (3)")
    time.sleep(1.1)
    assert [message[:20] for message in late()] == ["the data of DB.S.D a"] * 2
    project.sql("ALTER DYNAMIC TABLE DB.S.D REFRESH")
    assert late() == []
