"""Which functions sqlglot may read as Snowflake's."""

from __future__ import annotations

from pathlib import Path

import sqlglot
import yaml
from sqlglot import exp
from sqlglot.parsers.snowflake import SnowflakeParser

from snowpact.sql.dialect import FOREIGN, SNOWFLAKE

REFERENCE = Path(__file__).parents[2] / "tool/fidelity/functions.yml"
ALIASES = """
    ARRAYAGG BITANDAGG BITORAGG BITXORAGG BIT_AND BIT_ANDAGG BIT_AND_AGG BIT_NOT BIT_OR BIT_ORAGG BIT_OR_AGG BIT_SHIFTLEFT BIT_SHIFTRIGHT
    BIT_XOR BIT_XORAGG BIT_XOR_AGG REGEXP_EXTRACT_ALL STRING_AGG TIMESTAMPFROMPARTS TIMESTAMPLTZFROMPARTS TIMESTAMPNTZFROMPARTS
    TIMESTAMPTZFROMPARTS
"""
"""Named on the page of the function that they are (https://docs.snowflake.com/en/sql-reference/functions/bitand, …)."""
NEWER = "CURRENT_ORGANIZATION_USER SEARCH SEARCH_IP TO_DECFLOAT TRY_TO_DECFLOAT TRY_TO_FILE"
SYNTAX = "AND OR CAST TRY_CAST CONNECT_BY_ROOT DIRECTORY EXISTS EXTRACT IDENTIFIER POSITION SEMANTIC_VIEW TABLE TRIM"


def test_every_function_that_the_parser_reads_is_of_snowflakes_reference():
    pages = yaml.safe_load(REFERENCE.read_text())["pages"]
    documented = {name.partition("[")[0] for names in pages.values() for name in names.split()}
    read = {name for name in {*SnowflakeParser.FUNCTIONS, *SnowflakeParser.FUNCTION_PARSERS} if name.isupper()}
    known = documented.union(ALIASES.split(), NEWER.split(), SYNTAX.split())
    assert read - known == set()
    assert FOREIGN & known == set()


def test_a_function_of_another_system_is_a_users():
    tree = sqlglot.parse_one("SELECT IF(a, b, c), INSTR(a, b), SAFE_DIVIDE(a, b)", dialect=SNOWFLAKE)
    assert [type(item) for item in tree.selects] == [exp.Anonymous] * 3
