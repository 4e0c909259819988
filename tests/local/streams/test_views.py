"""Streams on views of every shape that can be followed: a view's rows at the offset, less the deletions, with the insertions, are its rows
now."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.local.engine import Engine

VIEWS = {
    "filtered": "SELECT v, k FROM t WHERE v > 2",
    "joined": "SELECT t.*, u.v AS w FROM t JOIN u ON t.k = u.k WHERE t.v <> u.v",
    "itself": "SELECT a.v, b.v AS w FROM t a, t b WHERE a.k = b.k AND a.v < b.v",
    "crossed": "SELECT x.v + y.v AS s FROM t x CROSS JOIN (SELECT v FROM u WHERE v > 3) y",
    "united": "SELECT k, v FROM t UNION ALL SELECT v, k FROM u WHERE v > 1 UNION ALL SELECT t.k, u.v FROM t NATURAL JOIN u",
    "nested": "WITH q AS (SELECT * FROM filtered) SELECT q.* EXCLUDE (v), j.w FROM q JOIN joined j USING (k)",
}
KEYS, VALUES = st.integers(1, 3), st.integers(0, 5)
TABLES = st.sampled_from("tu")
STATEMENTS = st.one_of(
    st.builds("INSERT INTO {} VALUES ({}, {}), ({}, {})".format, TABLES, KEYS, VALUES, KEYS, VALUES),
    st.builds("UPDATE {} SET v = {} WHERE k = {}".format, TABLES, VALUES, KEYS),
    st.builds("UPDATE {} SET k = {} WHERE k = {}".format, TABLES, KEYS, KEYS),
    st.builds("DELETE FROM {} WHERE k = {}".format, TABLES, KEYS),
)


@settings(max_examples=4)
@given(statements=st.lists(STATEMENTS, min_size=3, max_size=8), consumed_after=st.integers(1, 6))
def test_changes_lead_from_the_offset_to_now(statements, consumed_after):
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        for name in "tu":
            session.execute(f"CREATE TABLE {name} (k INT, v INT)")
            session.execute(f"INSERT INTO {name} VALUES (1, 1), (1, 4), (2, 3), (2, 5), (3, 2)")
        for name, query in VIEWS.items():
            session.execute(f"CREATE VIEW {name} AS {query}")
            session.execute(f"CREATE STREAM {name}_changes ON VIEW {name}")
        offsets = {name: _rows(session, name) for name in VIEWS}
        for number, statement in enumerate(statements):
            session.execute(statement)
            for name in VIEWS:
                _check(session, name, offsets[name])
                if number == consumed_after:
                    session.execute(f"CREATE OR REPLACE TABLE taken AS SELECT * FROM {name}_changes")
                    offsets[name] = _rows(session, name)


def _rows(session, name: str) -> Counter:
    return Counter(session.execute(f"SELECT * FROM {name}").rows)


def _check(session, name: str, offset: Counter) -> None:
    changes = session.execute(f"SELECT * FROM {name}_changes").rows
    gone = Counter(row[:-3] for row in changes if row[-3] == "DELETE")
    came = Counter(row[:-3] for row in changes if row[-3] == "INSERT")
    assert not gone - offset, "what was deleted had been there"
    assert offset - gone + came == _rows(session, name), name
    updated = [Counter(row[-1] for row in changes if row[-3] == action and row[-2]) for action in ("DELETE", "INSERT")]
    assert updated[0] == updated[1], "an update is a DELETE and an INSERT of one id"
    assert not updated[0] or max(updated[0].values()) == 1
