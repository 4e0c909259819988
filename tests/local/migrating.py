"""Statements of ordinary migrations over a few names, as templates: a word in braces stands for any entry of its pool.

No expression mixes texts and numbers: what type they have in common is not documented to its end, and the engine takes a FLOAT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

GIVEN = """CREATE DATABASE d2; CREATE SCHEMA db.s; USE SCHEMA db.public; CREATE WAREHOUSE w; CREATE ROLE r;
CREATE TABLE t (a INT NOT NULL, b VARCHAR(10), c NUMBER(10,2) DEFAULT 1); CREATE TABLE u (a INT, d DATE);
CREATE TABLE s.t (a INT, b VARCHAR);
CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW x AS SELECT * FROM t;
CREATE DYNAMIC TABLE dt TARGET_LAG = '1 hour' WAREHOUSE = w AS SELECT a, b FROM t;
CREATE DYNAMIC TABLE dx TARGET_LAG = '1 hour' WAREHOUSE = w AS SELECT * FROM dt;
CREATE STREAM st ON TABLE t; CREATE SEQUENCE q; CREATE TASK k WAREHOUSE = w SCHEDULE = '60 MINUTE' AS INSERT INTO u (a) SELECT a FROM t;
CREATE TASK k2 WAREHOUSE = w AFTER k AS SELECT 1; CREATE TAG g ALLOWED_VALUES 'x', 'y';
CREATE MASKING POLICY m AS (v VARCHAR) RETURNS VARCHAR -> '*'; CREATE ROW ACCESS POLICY p AS (a NUMBER) RETURNS BOOLEAN -> TRUE"""
"""What stands before the first of them."""

POOLS: dict[str, Sequence[str]] = {
    "make": ("CREATE", "CREATE OR REPLACE", "CREATE OR REPLACE", "CREATE OR ALTER"),
    "plainly": ("CREATE", "CREATE OR REPLACE", "CREATE OR REPLACE"),
    "new": ("", "", "IF NOT EXISTS"),
    "if": ("", "", "IF EXISTS"),
    "name": ("t", "u", "n", "v", "x"),
    "table": ("{name}", "{name}", "{name}", "s.{name}", "d2.public.{name}", "db.{schema}.{name}"),
    "relation": ("{table}", "{table}", "dt", "dx"),
    "schema": ("s", "public", "s2"),
    "schemata": ("{schema}", "{schema}", "db.{schema}", "d2.{schema}"),
    "database": ("db", "d2", "d3"),
    "column": ("a", "b", "c", "d", "e"),
    "type": (
        "INT", "VARCHAR(10)", "VARCHAR(20)", "VARCHAR", "NUMBER(10,2)", "NUMBER(12,2)", "NUMBER(12,4)", "FLOAT", "DATE", "TIMESTAMP_NTZ(9)",
        "BOOLEAN", "VARIANT", "BINARY", "TIME",
    ),
    "constant": ("1", "'x'", "NULL", "TRUE", "1.5", "'2024-01-01'", "CURRENT_TIMESTAMP()", "q.NEXTVAL"),
    "key": ("PRIMARY KEY ({column})", "UNIQUE ({column})", "FOREIGN KEY ({column}) REFERENCES {table} ({column})"),
    "attribute": ("", "", "", "NOT NULL", "DEFAULT {constant}", "COMMENT 'c'", "PRIMARY KEY", "UNIQUE", "WITH TAG (g = 'x')"),
    "columns": (
        "a {type} {attribute}, b {type} {attribute}", "a INT, b VARCHAR(10), c NUMBER(10,2) {attribute}", "{column} {type} {attribute}",
        "a INT, b {type} {attribute}, {key}", "b VARCHAR(20), a INT, e {type}",
    ),
    "expression": (
        "{column}", "{column}", "{column}", "{column} + 1", "{column} || 'x'", "UPPER({column})", "CAST({column} AS {type})", "{constant}",
        "COALESCE({column}, NULL)", "IFF({column} IS NULL, NULL, {column})", "{column} * 2.5", "TO_CHAR({column})",
        "CASE WHEN {column} IS NULL THEN 1 ELSE 2 END", "ROUND({column}, 1)", "{column} / 3", "LENGTH({column})",
    ),
    "aggregate": (
        "SUM({column})", "COUNT(*)", "MAX({column})", "AVG({column})", "MIN({column})",
        "LISTAGG({column}, ',')", "COUNT(DISTINCT {column})",
    ),
    "query": (
        "SELECT * FROM {relation}", "SELECT a, {expression} AS b FROM {relation}",
        "SELECT {expression} AS a, {expression} AS e FROM {relation}",
        "SELECT a, {aggregate} AS n FROM {relation} GROUP BY a",
        "SELECT one.a, other.{column} FROM {relation} one JOIN {relation} other ON one.a = other.a",
        "SELECT a FROM {relation} UNION ALL SELECT a FROM {relation}", "SELECT DISTINCT a, {column} AS b FROM {relation}",
        "WITH c AS (SELECT * FROM {relation}) SELECT a, {column} AS y FROM c",
        "SELECT a, ROW_NUMBER() OVER (ORDER BY a) AS y FROM {relation}",
        "SELECT a, {column} FROM {relation} WHERE {column} IS NOT NULL", "SELECT *, {expression} AS y FROM {relation}",
    ),
    "tag": ("g", "g", "g2"),
    "task": ("k", "k2", "k3"),
    "stream": ("st", "st2"),
    "policy": ("m", "m", "m2"),
}  # fmt: skip

TEMPLATES = (
    "{make} TABLE {new} {table} ({columns})",
    "{plainly} TABLE {new} {table} ({columns})",
    "{plainly} TRANSIENT TABLE {table} ({columns}) CLUSTER BY ({column})",
    "{plainly} TABLE {new} {table} AS {query}",
    "{plainly} TABLE {table} ({column}, {column}) AS {query}",
    "{plainly} TABLE {new} {table} LIKE {relation}",
    "{plainly} TABLE {new} {table} CLONE {relation}",
    "{make} VIEW {new} {table} AS {query}",
    "{plainly} SECURE VIEW {table} COMMENT = 'k' AS {query}",
    "{plainly} VIEW {table} ({column}, {column}) AS {query}",
    "{plainly} MATERIALIZED VIEW {table} AS {query}",
    "{plainly} DYNAMIC TABLE {new} {relation} TARGET_LAG = '1 hour' WAREHOUSE = w AS {query}",
    "{plainly} DYNAMIC TABLE {relation} CLONE {relation}",
    "{plainly} STREAM {new} {stream} ON TABLE {relation}",
    "{plainly} STREAM {new} {stream} ON VIEW {relation} APPEND_ONLY = TRUE",
    "{make} TASK {task} WAREHOUSE = w SCHEDULE = '10 MINUTE' AS SELECT 1",
    "{plainly} TASK {new} {task} WAREHOUSE = w AFTER {task} AS INSERT INTO {relation} SELECT * FROM {relation}",
    "{plainly} SEQUENCE {new} q START = 5 INCREMENT = 2",
    "{plainly} SCHEMA {new} {schemata}",
    "{plainly} TRANSIENT SCHEMA {schemata} COMMENT = 'z'",
    "{plainly} SCHEMA {schemata} CLONE {schemata}",
    "CREATE DATABASE {new} {database}",
    "{plainly} DATABASE d3 CLONE {database}",
    "ALTER TABLE {if} {relation} ADD COLUMN {column} {type} {attribute}",
    "ALTER TABLE {table} ADD COLUMN {column} {type}",
    "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {type}",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} DROP COLUMN IF EXISTS {column}",
    "ALTER TABLE {table} RENAME COLUMN {column} TO {column}",
    "ALTER TABLE {table} ALTER COLUMN {column} SET DATA TYPE {type}",
    "ALTER TABLE {table} ALTER COLUMN {column} SET DATA TYPE {type}",
    "ALTER TABLE {table} MODIFY COLUMN {column} SET NOT NULL",
    "ALTER TABLE {table} MODIFY {column} DROP NOT NULL",
    "ALTER TABLE {table} ALTER {column} DROP DEFAULT",
    "ALTER TABLE {table} ALTER {column} SET DEFAULT {constant}",
    "ALTER TABLE {table} ALTER {column} COMMENT 'd'",
    "ALTER TABLE {table} ADD {key}",
    "ALTER TABLE {table} DROP PRIMARY KEY",
    "ALTER TABLE {relation} CLUSTER BY ({column})",
    "ALTER TABLE {relation} RENAME TO {table}",
    "ALTER TABLE {relation} SWAP WITH {relation}",
    "ALTER TABLE {table} SET COMMENT = 'f'",
    "ALTER VIEW {table} RENAME TO {table}",
    "ALTER VIEW {table} SET SECURE",
    "ALTER DYNAMIC TABLE {relation} SUSPEND",
    "ALTER DYNAMIC TABLE {relation} SET TARGET_LAG = '5 minutes'",
    "ALTER DYNAMIC TABLE {relation} SWAP WITH {relation}",
    "ALTER TASK {task} {state}",
    "ALTER TASK {task} SET SCHEDULE = '5 MINUTE'",
    "ALTER TASK {task} ADD AFTER {task}",
    "ALTER TASK {task} REMOVE AFTER {task}",
    "ALTER SCHEMA {schemata} RENAME TO {schemata}",
    "ALTER SCHEMA {schemata} SWAP WITH {schemata}",
    "ALTER DATABASE {database} RENAME TO d3",
    "ALTER DATABASE d3 RENAME TO db",
    "ALTER DATABASE {database} SWAP WITH {database}",
    "ALTER {noun} {relation} SET TAG {tag} = '{value}'",
    "ALTER {noun} {relation} MODIFY COLUMN {column} SET TAG {tag} = '{value}'",
    "ALTER {noun} {relation} MODIFY COLUMN {column} SET MASKING POLICY {policy}",
    "ALTER {noun} {relation} MODIFY COLUMN {column} UNSET MASKING POLICY",
    "ALTER {noun} {relation} ADD ROW ACCESS POLICY p ON ({column})",
    "ALTER {noun} {relation} DROP ROW ACCESS POLICY p",
    "DROP {noun} {if} {relation}",
    "DROP {noun} {relation}",
    "UNDROP {noun} {table}",
    "DROP SCHEMA {if} {schemata}",
    "UNDROP SCHEMA {schemata}",
    "DROP DATABASE {if} d3",
    "UNDROP DATABASE {database}",
    "DROP STREAM {if} {stream}",
    "DROP TASK {if} {task}",
    "DROP MASKING POLICY {policy}",
    "COMMENT ON {noun} {relation} IS 'h'",
    "COMMENT ON COLUMN {table}.{column} IS 'i'",
    "GRANT SELECT ON {noun} {relation} TO ROLE {role}",
    "GRANT {privilege} ON SCHEMA {schemata} TO ROLE r",
    "GRANT SELECT ON FUTURE TABLES IN SCHEMA {schemata} TO ROLE r",
    "USE SCHEMA {schemata}",
    "USE DATABASE {database}",
    "USE SCHEMA db.public",
    "INSERT INTO {table} SELECT * FROM {relation}",
    "{plainly} TAG {new} {tag}",
    "{plainly} MASKING POLICY {policy} AS (v {type}) RETURNS {type} -> v",
)

POOLS |= {
    "noun": ("TABLE", "TABLE", "VIEW", "DYNAMIC TABLE"),
    "state": ("RESUME", "SUSPEND"),
    "value": ("x", "y", "z"),
    "role": ("r", "r", "r2"),
    "privilege": ("USAGE", "CREATE TABLE", "SELECT"),
}

_WORD = re.compile(r"\{(\w+)\}")


def statement(choose: Callable[[Sequence[str]], str]) -> str:
    """One statement; ``choose`` takes one of several."""
    text = choose(TEMPLATES)
    while match := _WORD.search(text):
        text = text[: match.start()] + choose(POOLS[match[1]]) + text[match.end() :]
    return " ".join(text.split())
