"""What a change does to what stands on it: the cases of dependents.yml, on one small chain of views, dynamic tables and a stream."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from snowpact.model.apply import apply
from snowpact.model.names import Name

CHAIN = """CREATE DATABASE d; CREATE SCHEMA d.s; CREATE TABLE t (id INT, channel VARCHAR(10), spare INT);
CREATE VIEW v AS SELECT id, channel FROM t; CREATE VIEW sv AS SELECT * FROM t; CREATE STREAM st ON TABLE t;
CREATE DYNAMIC TABLE stg TARGET_LAG = '1 minute' WAREHOUSE = w AS SELECT id, channel AS ch FROM v;
CREATE DYNAMIC TABLE product TARGET_LAG = '1 minute' WAREHOUSE = w AS SELECT ch, COUNT(*) AS n FROM stg GROUP BY ch;
CREATE DYNAMIC TABLE sd TARGET_LAG = '1 minute' WAREHOUSE = w AS SELECT * FROM t;
CREATE DYNAMIC TABLE sd2 TARGET_LAG = '1 minute' WAREHOUSE = w AS SELECT * FROM sd;
"""
CASES = yaml.safe_load((Path(__file__).parent / "dependents.yml").read_text(encoding="utf-8"))


def way(steps) -> str:
    return " → ".join(map(str, steps))


def told(item) -> str:
    text = f"{item.source.line} {item.harm} {item.kind} {item.object}: {way(item.path)}"
    return f"({text})" if item.inherited else text


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case, play):
    replayed = play(case["sql"], given=CHAIN + case.get("given", "")).replayed
    assert sorted(map(told, replayed.broken)) == sorted(case.get("broken", []))
    if case.get("evolved") != "any":
        assert sorted(map(way, replayed.evolved.values())) == sorted(case.get("evolved", []))
    assert [f"{item.source.line} {item.message}" for item in replayed.refusals] == case.get("refused", [])
    for written, expected in case.get("types", {}).items():
        object, _, column = written.rpartition(".")
        assert str(replayed.after.relation(Name.parse(object)).column(column).type) == expected


def test_what_stood_before_the_run_has_readers_too(play):
    before = play("SELECT 1", given=CHAIN).replayed.after
    after = play("ALTER TABLE d.s.t DROP COLUMN channel", given="SELECT 1;", start=before).replayed
    assert [str(item.object) for item in after.broken if not item.inherited] == ["D.S.V", "D.S.SV"]


def test_a_journal_with_what_followed_by_itself_makes_the_same_catalog(play):
    """What evolves is told as changes like any others."""
    script = "ALTER TABLE t ADD COLUMN x INT; ALTER TABLE t DROP COLUMN spare; ALTER TABLE t ALTER COLUMN channel SET DATA TYPE VARCHAR(20)"
    replayed = play(script, given=CHAIN).replayed
    assert apply(replayed.before, replayed.changes) == replayed.after
    assert [column.name for column in replayed.after.relation(Name.of("D", "S", "SD2")).columns] == ["ID", "CHANNEL", "X"]


def test_a_dropped_chain_is_followed_to_its_end(play):
    """A hundred layers, each broken by the one below; no recursion."""
    views = ";".join(f"CREATE VIEW v{number} AS SELECT a FROM {f'v{number - 1}' if number else 'b'}" for number in range(100))
    replayed = play("DROP TABLE b", given=f"CREATE DATABASE d; CREATE SCHEMA d.s; CREATE TABLE b (a INT); {views}").replayed
    assert len(replayed.broken) == 100
    assert sum(item.inherited for item in replayed.broken) == 99
    assert len(replayed.broken[-1].path) == 101
