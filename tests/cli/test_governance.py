"""What was promised to be masked, tagged or granted, and a migration that takes it away: told offline, with the line and the path."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

BASE = """CREATE DATABASE D; CREATE SCHEMA D.S; CREATE ROLE ANALYST; USE SCHEMA D.S;
CREATE TAG PII;
CREATE MASKING POLICY MASK AS (V VARCHAR) RETURNS VARCHAR -> '***';
CREATE MASKING POLICY OTHER AS (V VARCHAR) RETURNS VARCHAR -> '###';
CREATE TABLE PEOPLE (ID NUMBER(9,0) NOT NULL, EMAIL VARCHAR WITH MASKING POLICY MASK WITH TAG (PII = 'email'));
CREATE VIEW V AS SELECT ID, LOWER(EMAIL) AS EMAIL FROM PEOPLE;
GRANT SELECT ON TABLE PEOPLE TO ROLE ANALYST;
"""
YESTERDAY = (date.today() - timedelta(1)).isoformat()


def contract(name: str, **pact) -> str:
    email = {"name": "EMAIL", "type": ["null", "string"], "default": None, **pact.pop("email", {})}
    fields = [{"name": "ID", "type": ["null", "int"], "default": None}, email]
    pact = {"version": "1.0.0", "owner": "Data", "consumers": ["BI"], **pact}
    return json.dumps({"type": "record", "namespace": "D.S", "name": name, "pact": pact, "fields": fields})


@pytest.fixture
def people(tmp_path, project_in):
    project = project_in(tmp_path)
    project.write("snowpact.toml", '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__base.sql", BASE)
    grants = [{"role": "ANALYST", "privilege": "SELECT"}]
    project.write("c/people.avsc", contract("PEOPLE", grants=grants, email={"masked": True, "tags": {"PII": "email"}}))
    project.write("c/v.avsc", contract("V", email={"masked": True}))
    return project


def found(project, statement: str) -> list[tuple]:
    project.write("m/V2.0.0__x.sql", f"USE SCHEMA D.S;\n{statement};\n")
    answer = project.run("contracts check --no-cache --format json")
    errors = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert answer.code == (1 if errors else 0)
    return sorted((one["rule"], one["object"], one["column"], one["line"], *one["path"][:-1]) for one in errors)


def test_as_promised(people):
    assert people.run("contracts check").code == 0


MASK = ("protection-removed", "D.S.PEOPLE", "EMAIL", 2)
MASK_BELOW = ("protection-removed", "D.S.V", "EMAIL", 2, "D.S.PEOPLE.EMAIL")
TAG = ("classification-lowered", "D.S.PEOPLE", "EMAIL", 2)
GRANT = ("grant-revoked", "D.S.PEOPLE", None, 2)
COLUMNS = "ID NUMBER(9,0) NOT NULL, EMAIL VARCHAR"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET MASKING POLICY", [MASK, MASK_BELOW]),
        ("ALTER TABLE PEOPLE MODIFY COLUMN EMAIL SET MASKING POLICY OTHER FORCE", []),
        ("ALTER TABLE PEOPLE ALTER COLUMN EMAIL UNSET TAG PII", [TAG]),
        ("ALTER TABLE PEOPLE MODIFY COLUMN EMAIL SET TAG PII = 'none'", [TAG]),
        ("REVOKE SELECT ON TABLE PEOPLE FROM ROLE ANALYST", [GRANT]),
        ("REVOKE ALL ON TABLE PEOPLE FROM ROLE ANALYST", [GRANT]),
        ("REVOKE INSERT ON TABLE PEOPLE FROM ROLE ANALYST", []),
        (f"CREATE OR REPLACE TABLE PEOPLE ({COLUMNS} WITH MASKING POLICY MASK WITH TAG (PII = 'email'))", [GRANT]),
        (f"CREATE OR REPLACE TABLE PEOPLE ({COLUMNS}) COPY GRANTS", [TAG, MASK, MASK_BELOW]),
        ("CREATE OR REPLACE VIEW V AS SELECT ID, 'x' AS EMAIL FROM PEOPLE", [MASK_BELOW[:4]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_migration_takes_away(people, statement, expected):
    assert found(people, statement) == sorted(expected)


BY_TAG = "ALTER TAG PII SET MASKING POLICY MASK;\n"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE PEOPLE MODIFY COLUMN EMAIL SET TAG PII = 'email'", []),
        ("ALTER TAG PII UNSET MASKING POLICY MASK", [MASK, MASK_BELOW]),
        ("ALTER TAG PII SET MASKING POLICY OTHER FORCE", []),
        ("ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET TAG PII", [TAG, MASK, MASK_BELOW]),
        ("ALTER TABLE PEOPLE SET TAG PII = 'email'; ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET TAG PII", []),
        ("ALTER SCHEMA D.S SET TAG PII = 'email'; ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET TAG PII", [TAG]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_tag_masks(people, statement, expected):
    """A column is masked by the policy of a tag that it has (https://docs.snowflake.com/en/user-guide/tag-based-masking-policies)."""
    people.write("m/V1.0.0__base.sql", BASE.replace("WITH MASKING POLICY MASK ", "") + BY_TAG)
    assert found(people, statement) == sorted(expected)


def test_a_tag_masks_columns_of_its_policies_types(people):
    of_numbers = BASE.replace("(V VARCHAR) RETURNS VARCHAR", "(V NUMBER) RETURNS NUMBER")
    people.write("m/V1.0.0__base.sql", of_numbers.replace("WITH MASKING POLICY MASK ", "") + BY_TAG)
    expected = [(rule, name, column, 5, *via) for rule, name, column, _, *via in (MASK, MASK_BELOW)]
    assert found(people, "CREATE TABLE D.S.OTHER (A INT)") == expected


def test_taken_off_and_set_again_in_one_run(people):
    again = "ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET MASKING POLICY;\nALTER TABLE PEOPLE MODIFY COLUMN EMAIL SET MASKING POLICY OTHER"
    assert found(people, again) == []


def test_the_gate_of_a_target_knows_it_too(people):
    """Inspection sees no grants, so the plan reads them from what was applied and what is pending."""
    lines = [line for line in BASE.splitlines() if not line.startswith(("CREATE TAG", "CREATE MASKING"))]
    base = "\n".join(lines).replace(" WITH MASKING POLICY MASK WITH TAG (PII = 'email')", "")
    people.write("m/V1.0.0__base.sql", base)
    people.write("c/people.avsc", contract("PEOPLE", grants=[{"role": "ANALYST", "privilege": "SELECT"}]))
    people.write("c/v.avsc", contract("V"))
    answer = people.run("snowpact migrate apply")
    assert answer.code == 0, answer.out
    people.write("m/V2.0.0__x.sql", "REVOKE SELECT ON TABLE D.S.PEOPLE FROM ROLE ANALYST;\n")
    answer = people.run("snowpact migrate plan --format json")
    assert answer.code == 1
    errors = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert [(one["rule"], one["file"], one["line"]) for one in errors] == [("grant-revoked", "m/V2.0.0__x.sql", 1)]


DEEP = """CREATE DATABASE {d}; CREATE SCHEMA {d}.S; CREATE ROLE ANALYST; USE SCHEMA {d}.S;
CREATE MASKING POLICY MASK AS (V VARCHAR) RETURNS VARCHAR -> '***';
CREATE TABLE RAW (ID NUMBER(9,0), EMAIL VARCHAR WITH MASKING POLICY MASK);
CREATE VIEW {d}.S.MIDDLE AS SELECT ID, EMAIL FROM {d}.S.RAW;
CREATE VIEW V AS SELECT ID, EMAIL FROM {d}.S.MIDDLE;
"""
UNSET = "ALTER TABLE {d}.S.RAW MODIFY COLUMN EMAIL UNSET MASKING POLICY"


@pytest.fixture(params=["D", "D_PROD"])
def deep(request, tmp_path, project_in):
    """A contract of a view two views above the table that is masked; also where the target calls the database otherwise."""
    project = project_in(tmp_path)
    mapped = f'databases = {{ D = "{request.param}" }}\n' if request.param != "D" else ""
    local = f'default_target = "local"\n[targets.local]\ntype = "local"\npath = ".snowpact/local"\n{mapped}'
    project.write("snowpact.toml", local + '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__base.sql", DEEP.format(d=request.param))
    project.write("c/v.avsc", contract("V", email={"masked": True}))
    answer = project.run("snowpact migrate apply")
    assert answer.code == 0, answer.out + answer.err
    return project, request.param


def live(project, command: str) -> list[tuple]:
    answer = project.run(f"{command} --format json")
    return [(one["rule"], one["severity"], one["object"], one["column"], *one["path"][:-1]) for one in answer.json["findings"]]


BARE = ("protection-removed", "error", "D.S.V", "EMAIL", "D.S.RAW.EMAIL", "D.S.MIDDLE.EMAIL")


def test_what_lies_below_a_promised_view_is_asked_of_the_target(deep):
    project, database = deep
    assert live(project, "contracts check --target local") == []
    assert live(project, "snowpact drift") == []
    project.sql(UNSET.format(d=database))
    assert live(project, "contracts check --target local") == [BARE]
    assert [found for found in live(project, "snowpact drift") if found[0] == "protection-removed"] == [BARE]


def test_a_pending_script_takes_it_off_or_sets_it_again(deep):
    project, database = deep
    project.write("m/V2.0.0__x.sql", f"{UNSET.format(d=database)};\n")
    answer = project.run("contracts check --target local --format json")
    [finding] = [one for one in answer.json["findings"] if one["rule"] == "protection-removed"]
    assert (finding["file"], finding["line"], finding["introduced"]) == ("m/V2.0.0__x.sql", 1, True)
    assert project.run("snowpact migrate plan").code == 1
    project.sql(UNSET.format(d=database))
    again = f"ALTER TABLE {database}.S.RAW MODIFY COLUMN EMAIL SET MASKING POLICY {database}.S.MASK;\n"
    project.write("m/V2.0.0__x.sql", again)
    assert live(project, "contracts check --target local") == []


def test_what_stood_bare_before_is_a_warning_of_the_plan(deep):
    project, database = deep
    project.sql(UNSET.format(d=database))
    project.write("m/V2.0.0__x.sql", f"CREATE TABLE {database}.S.MORE (A NUMBER(9,0));\n")
    answer = project.run("snowpact migrate plan --format json")
    [finding] = [one for one in answer.json["findings"] if one["rule"] == "protection-removed"]
    assert (answer.code, finding["severity"], finding["introduced"]) == (0, "warning", False)
    assert project.run("contracts check --target local").code == 1


@pytest.fixture
def closed(people):
    grants = [{"role": "ANALYST", "privilege": "SELECT"}]
    email = {"masked": True, "tags": {"PII": "email"}}
    people.write("c/people.avsc", contract("PEOPLE", grants=grants, access="closed", email=email))
    return people


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("GRANT SELECT ON TABLE PEOPLE TO ROLE PUBLIC", 2),
        ("GRANT INSERT ON TABLE PEOPLE TO ROLE ANALYST", 2),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA D.S TO ROLE PUBLIC;\nGRANT SELECT ON TABLE PEOPLE TO ROLE ANALYST", 2),
        ("CREATE SHARE OUT;\nGRANT SELECT ON TABLE PEOPLE TO SHARE OUT", 3),
    ],
)
def test_closed_access_is_no_wider_than_promised(closed, statement, line):
    assert found(closed, statement) == [("grant-widened", "D.S.PEOPLE", None, line)]


def test_closed_access_as_promised(closed):
    assert closed.run("contracts check --no-cache").code == 0
    assert found(closed, "GRANT SELECT ON TABLE PEOPLE TO ROLE PUBLIC;\nREVOKE SELECT ON TABLE PEOPLE FROM ROLE PUBLIC") == []


def test_a_grant_by_hand_to_what_is_closed(closed):
    assert closed.run("snowpact migrate apply").code == 0
    assert [one for one in live(closed, "snowpact drift") if one[1] == "error"] == []
    closed.sql("GRANT SELECT ON TABLE D.S.PEOPLE TO ROLE PUBLIC")
    for command in ("snowpact drift", "contracts check --target local"):
        assert [one for one in live(closed, command) if one[1] == "error"] == [("grant-widened", "error", "D.S.PEOPLE", None)]
