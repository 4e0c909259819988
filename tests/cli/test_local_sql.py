"""`snowpact local sql | reset`: what is printed for which value, scripts, standard input, the prompt."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SNOWPACT = str(Path(sys.executable).parent / "snowpact")

# SQL: (in JSON, in text)
VALUES = {
    "NULL": (None, "NULL"),
    "TRUE": (True, "TRUE"),
    "1": (1, "1"),
    "12345678901234567890123456789012345678": (12345678901234567890123456789012345678, "12345678901234567890123456789012345678"),
    "1.50::NUMBER(10,2)": (1.5, "1.50"),
    "0.1234567890123456789012345678901234::NUMBER(38,34)": ("0.1234567890123456789012345678901234",) * 2,
    "1.5::FLOAT": (1.5, "1.5"),
    "'NaN'::FLOAT": ("NaN", "NaN"),
    "'-inf'::FLOAT": ("-inf", "-inf"),
    "'Bel\u00f8b \u2192'": ("Bel\u00f8b \u2192", "Bel\u00f8b \u2192"),
    "CHR(27) || '[31m'": ("\x1b[31m", "\\x1b[31m"),
    "'2024-02-29'::DATE": ("2024-02-29", "2024-02-29"),
    "'10:11:12.5'::TIME": ("10:11:12.500000", "10:11:12.500000"),
    "'2024-02-29 10:11:12'::TIMESTAMP_NTZ": ("2024-02-29 10:11:12", "2024-02-29 10:11:12"),
    "PARSE_JSON('[1,null]')": ("[\n  1,\n  null\n]", "[   1,   null ]"),
}


@pytest.mark.parametrize("expression", VALUES)
def test_values(skeleton, expression):
    as_json, as_text = VALUES[expression]
    assert skeleton.sql(f"SELECT {expression} AS V") == [{"V": as_json}]
    assert skeleton.run("snowpact local sql", f"SELECT {expression} AS V").out.splitlines()[2].strip() == as_text


def test_two_columns_of_one_name_are_both_told(skeleton):
    assert skeleton.sql("SELECT 1 AS A, 2 AS A, 3 AS A") == [{"A": 1, "A_2": 2, "A_3": 3}]


def test_json_is_of_the_last_statement(skeleton):
    assert skeleton.sql("CREATE DATABASE D; CREATE TABLE D.PUBLIC.T (a NUMBER); SELECT a FROM D.PUBLIC.T") == []


def test_a_file_and_standard_input(skeleton):
    script = "CREATE DATABASE D;\nUSE SCHEMA D.PUBLIC;\nCREATE TABLE T AS SELECT 7 AS A;\nSELECT A FROM T;\n"
    skeleton.write("x.sql", script)
    assert skeleton.run("snowpact local sql --format json --file x.sql").json == [{"A": 7}]
    assert skeleton.run("snowpact local sql --format json", stdin="SELECT A FROM D.PUBLIC.T").json == [{"A": 7}]


def test_the_first_failure_stops_with_its_line(skeleton):
    skeleton.write("x.sql", "CREATE DATABASE D;\n\nSELECT * FROM D.PUBLIC.NOWHERE;\nCREATE TABLE D.PUBLIC.NEVER (a NUMBER);\n")
    answer = skeleton.run("snowpact local sql --file x.sql")
    assert answer.code == 4
    assert "line 3: 002003 (42S02): SQL compilation error:\nObject 'D.PUBLIC.NOWHERE' does not exist or not authorized." in answer.err
    assert skeleton.sql("SHOW TABLES IN DATABASE D") == []


def test_keep_going_runs_all_of_it(skeleton):
    skeleton.write("x.sql", "CREATE DATABASE D;\nSELECT * FROM D.PUBLIC.NOWHERE;\nCREATE TABLE D.PUBLIC.T (a NUMBER);\n")
    answer = skeleton.run("snowpact local sql --file x.sql --keep-going --format json")
    assert answer.code == 0
    assert [(step["line"], step["ok"]) for step in answer.json] == [(1, True), (2, False), (3, True)]
    assert answer.json[1]["error"].startswith("002003 (42S02)")
    text = skeleton.run("snowpact local sql --keep-going", "SELECT 1; SELECT nonsense FROM D.PUBLIC.T")
    assert (text.code, text.out.splitlines()[0]) == (0, "line 1: ok")


def test_what_one_process_writes_the_next_one_reads(skeleton):
    for statement in ("CREATE DATABASE D", "CREATE TABLE D.PUBLIC.T AS SELECT 1 AS A", "INSERT INTO D.PUBLIC.T VALUES (2)"):
        done = subprocess.run([SNOWPACT, "local", "sql", statement], cwd=skeleton.folder, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0
    assert skeleton.sql("SELECT A FROM D.PUBLIC.T ORDER BY A") == [{"A": 1}, {"A": 2}]


def test_the_prompt(skeleton):
    """On a terminal, without an argument."""
    ours, theirs = pty.openpty()
    told_together = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen([SNOWPACT, "local", "sql"], cwd=skeleton.folder, stdin=theirs, **told_together)
    os.close(theirs)
    os.write(ours, b"SELECT 1 +\n1 AS TWO;\nSELECT nonsense;\nSELECT 'open;\nexit\n")
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, out
    told = out.decode()
    assert "TWO\n---\n  2\n" in told
    assert "000904 (42000)" in told and "a string is never closed" in told


def test_reset_starts_afresh_and_leaves_other_files(skeleton):
    assert skeleton.run("snowpact migrate apply").code == 0
    skeleton.write(".snowpact/local/mine.txt", "kept")
    answer = skeleton.run("snowpact local reset --yes")
    assert (answer.code, answer.out) == (0, "removed .snowpact/local\n")
    assert skeleton.run("snowpact local reset --yes").out == "there was nothing to remove\n"
    assert [path.name for path in (skeleton.folder / ".snowpact/local").iterdir()] == ["mine.txt"]
    assert skeleton.run("snowpact migrate apply --format json").json["summary"]["applied"] == 1
