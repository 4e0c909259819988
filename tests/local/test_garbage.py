"""Whatever is sent: a result or an error of the statement in Snowflake's words, never a fault of the engine and never a broken session."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError
from snowpact.sql.tokens import significant

VALID = """
CREATE OR REPLACE TABLE t (a INT NOT NULL DEFAULT 5, b VARCHAR(3) COMMENT 'x', c NUMBER(10, 2), PRIMARY KEY (a)) CLUSTER BY (a)
CREATE TABLE IF NOT EXISTS u AS SELECT a, b FROM t WHERE a > 1
CREATE OR REPLACE SECURE VIEW v (x, y) COMMENT = 'v' AS SELECT a, b FROM t
ALTER TABLE t ADD COLUMN d INT DEFAULT 4, e DATE
ALTER TABLE t DROP COLUMN IF EXISTS d, e
ALTER TABLE t ALTER COLUMN b SET DATA TYPE VARCHAR(20), COLUMN c DROP NOT NULL
ALTER TABLE t RENAME COLUMN c TO "c c"
ALTER TABLE u RENAME TO db.public.w
ALTER TABLE t SWAP WITH u
COMMENT ON COLUMN t.a IS 'text'
INSERT INTO t (a, b) VALUES (1, 'x'), (DEFAULT, NULL)
INSERT OVERWRITE INTO t SELECT a, b, c FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1
UPDATE t AS x SET b = s.b FROM u AS s WHERE s.a = x.a
DELETE FROM t USING u WHERE t.a = u.a
MERGE INTO t USING u ON t.a = u.a WHEN MATCHED AND u.b = 'x' THEN DELETE WHEN NOT MATCHED THEN INSERT (a) VALUES (u.a)
SELECT a, COUNT(*) AS n FROM t LEFT JOIN u USING (a) GROUP BY 1 HAVING COUNT(*) > 0 ORDER BY n DESC LIMIT 3
WITH q AS (SELECT 1 AS a) SELECT q.a, CASE WHEN a = 1 THEN 'one' END FROM q
SET (x, y) = (1, 'two')
USE SCHEMA db.public
CREATE SEQUENCE s START 1 INCREMENT 2
CREATE SCHEMA s2 CLONE public
CREATE WAREHOUSE w WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 60
ALTER SESSION SET QUERY_TAG = 'tag', AUTOCOMMIT = TRUE
SHOW TABLES LIKE 'T%' IN SCHEMA db.public
DESCRIBE TABLE t
DROP TABLE IF EXISTS u CASCADE
UNDROP TABLE u
BEGIN
COMMIT
""".strip().splitlines()

TOKENS = [[token.text for token in significant(line)] for line in VALID]
OTHERS = {"(", ")", ",", ".", "::", "$1", "?", "@~", "1e5", '"q"', "'it''s'", "NULL", "*", "=>"}
WORDS = sorted({word for line in TOKENS for word in line} | OTHERS)


@pytest.fixture(scope="module")
def session():
    with Engine() as engine:
        yield engine.connect("DB", create=True)


def attempt(session, sql: str) -> None:
    try:
        session.execute(sql)
    except StatementError as error:
        assert error.errno != 603, f"{sql}\n{error}"
        assert error.errno is not None and error.sqlstate, f"{sql}\n{error}"
    session.execute("CREATE DATABASE IF NOT EXISTS db")
    session.execute("USE SCHEMA db.information_schema")
    assert [*session.execute("SELECT 1").rows] == [(1,)], f"the session is broken after {sql}"
    session.execute("CREATE SCHEMA IF NOT EXISTS db.public")
    session.execute("USE SCHEMA db.public")


@pytest.mark.parametrize("index", range(len(VALID)))
def test_a_statement_cut_short_anywhere(session, index):
    for end in range(1, len(TOKENS[index]) + 1):
        attempt(session, " ".join(TOKENS[index][:end]))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_statement_with_a_word_too_many_too_few_or_another(session, data):
    words = list(data.draw(st.sampled_from(TOKENS)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(words) - 1))
        change = data.draw(st.sampled_from(["drop", "insert", "replace", "twice"]))
        word = data.draw(st.sampled_from(WORDS))
        words[at : at + 1] = {"drop": [], "insert": [word, words[at]], "replace": [word], "twice": [words[at]] * 2}[change]
        if not words:
            return
    attempt(session, " ".join(words))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40))
def test_any_text(session, text):
    attempt(session, text)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "CASE WHEN TRUE THEN " * 500 + "1" + " END" * 500,
        "SELECT * FROM " + "(SELECT * FROM " * 400 + "t" + ")" * 400,
    ],
    ids=["brackets", "case", "subqueries"],
)
def test_very_deep_nesting_is_an_error_of_that_statement(session, sql):
    with pytest.raises(StatementError):
        session.execute(sql)
    attempt(session, "SELECT 1")
