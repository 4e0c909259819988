"""Snowflake Scripting's grammar: the tree of a block, the place of a fault, and no other error for any text."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.scripting import nodes
from snowpact.sql.scripting.parser import parse_script
from snowpact.sql.tokens import SqlInputError

SCRIPT = """DECLARE
  n NUMBER(10,2) DEFAULT 0; c CURSOR FOR SELECT ';' AS "END" FROM t;
BEGIN
  BEGIN TRANSACTION;
  SELECT a, (SELECT b INTO FROM x) INTO :n, m FROM t WHERE v:into = 1;
  FOR r IN c DO n := n + CASE WHEN r.a THEN 1 ELSE 2 END; END FOR outside;
  CREATE TABLE u AS SELECT CASE a WHEN 1 THEN 2 END AS x FROM t; -- END;
  RETURN n;
EXCEPTION
  WHEN stop OR OTHER THEN NULL;
END;"""


def test_a_block_is_read_as_its_grammar_says():
    block = parse_script(SCRIPT)
    assert [(item.name, item.kind, item.type, item.value) for item in block.declarations] == [
        ("N", "VARIABLE", "NUMBER(10,2)", "0"),
        ("C", "CURSOR", None, "SELECT ';' AS \"END\" FROM t"),
    ]
    begin, select, loop, create, result = block.body
    assert begin == nodes.Sql(offset=SCRIPT.index("BEGIN TRANSACTION"), text="BEGIN TRANSACTION")
    assert (select.text, select.into) == ("SELECT a, (SELECT b INTO FROM x) FROM t WHERE v:into = 1", ("N", "M"))
    assert (loop.variable, loop.source, loop.label) == ("R", "c", "OUTSIDE")
    assert loop.body == (nodes.Assign(offset=SCRIPT.index("n := n"), name="N", value="n + CASE WHEN r.a THEN 1 ELSE 2 END"),)
    assert create.text == "CREATE TABLE u AS SELECT CASE a WHEN 1 THEN 2 END AS x FROM t"
    assert result == nodes.Return(offset=SCRIPT.index("RETURN"), value="n")
    handler = nodes.Handler(offset=SCRIPT.index("WHEN stop"), names=("STOP", "OTHER"), body=(nodes.Nothing(offset=SCRIPT.index("NULL;")),))
    assert block.handlers == (handler,)


FAULTS = [
    ("BEGIN SELECT 1 END", "expected"),
    ("BEGIN IF (x) RETURN 1; END IF; END", "expected"),
    ("BEGIN LET x; END", "expected"),
    ("BEGIN FOR i IN REVERSE c DO NULL; END FOR; END", "expected TO"),
    ("BEGIN WHILE (x) DO NULL; END LOOP; END", "expected WHILE"),
    ("BEGIN ; END", "expected a statement"),
    ("BEGIN NULL; END; SELECT 1", "expected the end"),
    ("BEGIN " * 5000, "nested too deeply"),
    ("SELECT 1", "expected BEGIN"),
    ("DECLARE p PROCEDURE() BEGIN END", "expected RETURNS"),
]


@pytest.mark.parametrize(("text", "says"), FAULTS, ids=[text[:40] for text, _ in FAULTS])
def test_a_fault_is_named(text, says):
    with pytest.raises(SqlInputError, match=says):
        parse_script(text)


REFUSED = ["BEGIN LET r RESULTSET := ASYNC (SELECT 1); END", "BEGIN AWAIT r; END"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_there_is_refused(text):
    with pytest.raises(UnsupportedFeature):
        parse_script(text)


KEYWORDS = "IF ELSEIF ELSE WHILE DO REPEAT UNTIL LOOP BREAK OPEN USING FETCH CLOSE RAISE ( ) , : := ; LET"  # beside those of SCRIPT
WORDS = sorted({*SCRIPT.split(), *re.findall(r"\S+", KEYWORDS)})


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_text_is_a_block_or_a_named_error(words):
    with suppress(SqlInputError, UnsupportedFeature):
        parse_script("BEGIN " + " ".join(words))
