"""Stages, formats, tags, policies, metrics and what is attached in a drift report: as migrations made it, and as somebody changed it."""

from __future__ import annotations

import pytest
from tests.cli.drifting import applied, told

SCRIPT = """CREATE DATABASE D; CREATE SCHEMA D.S; CREATE ROLE READER; USE SCHEMA D.S;
CREATE STAGE LANDING DIRECTORY = (ENABLE = TRUE);
CREATE FILE FORMAT PIPED TYPE = CSV FIELD_DELIMITER = '|';
CREATE TAG PII ALLOWED_VALUES 'email', 'name';
CREATE MASKING POLICY MASK AS (V VARCHAR) RETURNS VARCHAR -> '***';
CREATE ROW ACCESS POLICY OWN AS (N NUMBER) RETURNS BOOLEAN -> N > 0;
CREATE DATA METRIC FUNCTION BLANKS (T TABLE (A VARCHAR)) RETURNS NUMBER AS 'SELECT COUNT_IF(A = \\'\\') FROM T';
CREATE SHARE OUT;
CREATE TABLE T (A NUMBER(9,0), MAIL VARCHAR WITH MASKING POLICY MASK WITH TAG (PII = 'email'), N NUMBER(9,0));
ALTER TABLE T ADD ROW ACCESS POLICY OWN ON (N);
ALTER TABLE T SET DATA_METRIC_SCHEDULE = '5 MINUTE';
ALTER TABLE T ADD DATA METRIC FUNCTION BLANKS ON (MAIL);
ALTER TABLE T ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.NULL_COUNT ON (A);
"""


@pytest.fixture
def objects(tmp_path, project_in):
    return applied(project_in(tmp_path), SCRIPT)


def test_what_migrations_made(objects):
    assert told(objects) == []


UNSET = "ALTER TABLE D.S.T MODIFY COLUMN MAIL UNSET MASKING POLICY"
DROP_BLANKS = "ALTER TABLE D.S.T DROP DATA METRIC FUNCTION D.S.BLANKS ON (MAIL)"
BY_HAND = {
    "DROP STAGE D.S.LANDING": [("object-removed", "error", "D.S.LANDING")],
    "CREATE STAGE D.S.MORE": [("object-unmanaged", "info", "D.S.MORE")],
    "ALTER STAGE D.S.LANDING SET DIRECTORY = (ENABLE = FALSE)": [("definition-changed", "error", "D.S.LANDING")],
    "DROP FILE FORMAT D.S.PIPED": [("object-removed", "error", "D.S.PIPED")],
    "ALTER FILE FORMAT D.S.PIPED SET FIELD_DELIMITER = ';'": [("definition-changed", "error", "D.S.PIPED")],
    "ALTER TAG D.S.PII ADD ALLOWED_VALUES 'phone'": [("definition-changed", "error", "D.S.PII")],
    "ALTER MASKING POLICY D.S.MASK SET BODY -> V": [("definition-changed", "error", "D.S.MASK")],
    "ALTER ROW ACCESS POLICY D.S.OWN SET BODY -> TRUE": [("definition-changed", "error", "D.S.OWN")],
    "DROP SHARE OUT": [("object-removed", "error", "OUT")],
    UNSET: [("definition-changed", "error", "D.S.T")],
    "ALTER TABLE D.S.T MODIFY COLUMN MAIL UNSET TAG D.S.PII": [("definition-changed", "error", "D.S.T")],
    "ALTER TABLE D.S.T SET TAG D.S.PII = 'name'": [("definition-changed", "error", "D.S.T")],
    "ALTER TABLE D.S.T DROP ROW ACCESS POLICY D.S.OWN": [("definition-changed", "error", "D.S.T")],
    DROP_BLANKS: [("definition-changed", "error", "D.S.T")],
    f"{DROP_BLANKS}; DROP FUNCTION D.S.BLANKS(TABLE(VARCHAR))": [
        ("definition-changed", "error", "D.S.T"),
        ("object-removed", "error", 'D.S."BLANKS(TABLE(VARCHAR))"'),
    ],
    "ALTER TABLE D.S.T SET DATA_METRIC_SCHEDULE = '15 MINUTE'": [("definition-changed", "error", "D.S.T")],
}


@pytest.mark.parametrize("statements", BY_HAND)
def test_what_somebody_did(objects, statements):
    for statement in statements.split("; "):
        objects.sql(statement)
    assert sorted(told(objects)) == sorted(BY_HAND[statements])
