"""Who may read what of the pipeline studio: a schema is a boundary, and personal data are for compliance alone."""

from __future__ import annotations

import pytest
from tests.pipelines.studio import DB, GENERATE, REFRESH, RUN, TABLES, one, send, verified


@pytest.fixture
def project(applied_alone, tmp_path):
    return applied_alone("studio").copy(tmp_path / "project")


@pytest.fixture(scope="module")
def generated(applied_alone, tmp_path_factory):
    """Rows in every table. Not to be changed: copy it."""
    made = applied_alone("studio").copy(tmp_path_factory.mktemp("generated") / "project")
    made.sql(f"{GENERATE} {RUN} EXECUTE TASK {DB}.STG.TSK_LOAD_DIM_TITLES; {REFRESH}")
    return made


@pytest.fixture
def played(generated, tmp_path):
    return generated.copy(tmp_path / "played")


def as_role(project, role: str, query: str) -> list[dict] | None:
    """The rows that a role gets, or None where it is refused."""
    answer = project.run("snowpact local sql --format json", f"USE ROLE {role}; {query}")
    if answer.code == 0:
        return answer.json
    assert "not authorized" in answer.err or "Insufficient privileges" in answer.err, answer.err
    return None


def test_personal_data_are_in_the_vault_alone_and_compliance_alone_reads_them(played):
    user = one(played, "SELECT CURRENT_USER() AS U")["U"]
    played.sql(f'GRANT ROLE STUDIO_COMPLIANCE TO USER "{user}"')
    told = as_role(played, "STUDIO_COMPLIANCE", f"SELECT email, full_name, email_hash FROM {DB}.SECURE.PII_VAULT")
    assert all(row["EMAIL"].endswith("@example.com") and " " in row["FULL_NAME"] for row in told)
    masked = played.sql(f"SELECT DISTINCT email, full_name FROM {DB}.SECURE.PII_VAULT")
    assert masked == [{"EMAIL": "*****", "FULL_NAME": "*****"}], "the account's administrator"
    for role in ("STUDIO_DATA_ENGINEER", "STUDIO_ANALYST", "STUDIO_EXECUTIVE"):
        assert as_role(played, role, f"SELECT * FROM {DB}.SECURE.PII_VAULT") is None
    listed = [(schema, table) for schema, tables in TABLES.items() if schema != "SECURE" for table in tables]
    texts = [text for schema, table in listed for text in map(str, played.sql(f"SELECT * FROM {DB}.{schema}.{table}"))]
    assert len(texts) > 4000
    known = {row["FULL_NAME"] for row in told} | {"@example.com", "full_name"}
    assert not [text for text in texts if any(word in text for word in known)]


def test_an_event_on_its_way_shows_engineers_no_personal_data(project):
    send(project, verified(7, "2026-01-01 00:00:00"))
    broken = '{"email": "fan.8@example.com", "full_name": "Fan Eight'
    project.sql(f"INSERT INTO {DB}.RAW.FAN_INTERACTIONS (payload) SELECT TO_VARIANT('{broken}')")
    query = f"SELECT payload FROM {DB}.RAW.FAN_INTERACTIONS"
    seen = str(as_role(project, "STUDIO_DATA_ENGINEER", query))
    assert "FAN000007" in seen and "@example.com" not in seen and "Eight" not in seen and "Fan 7" not in seen
    assert "fan.7@example.com" in str(project.sql(query))
    project.sql(RUN)
    assert "@example.com" not in str(project.sql(query)) + str(project.sql(f"SELECT * FROM {DB}.STG.REJECTED_FAN_EVENTS"))
    assert one(project, f"SELECT COUNT(*) AS N FROM {DB}.RAW.FAN_INTERACTIONS WHERE redacted_at IS NULL") == {"N": 0}


READS = {
    "STUDIO_DATA_ENGINEER": {"RAW", "STG"},
    "STUDIO_ANALYST": {"DIMS", "FACTS"},
    "STUDIO_EXECUTIVE": {"STUDIO_OPS", "MARKETING"},
}


@pytest.mark.parametrize("role", READS)
def test_a_schema_is_a_boundary(generated, role):
    for schema, tables in TABLES.items():
        rows = [as_role(generated, role, f"SELECT COUNT(*) AS N FROM {DB}.{schema}.{table}") for table in tables]
        assert all((row is not None) == (schema in READS[role]) for row in rows), (role, schema, rows)
