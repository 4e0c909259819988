"""Random DML over a table with streams that are consumed at random moments, beside a model in plain dictionaries.

A row of the model has a number of its own, which no statement changes. A stream of the model is a copy of the rows at its offset and the
numbers of the rows updated since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError

Row = tuple[int, int]  # key, value
VISIBLE = 3
FIRST = {1: (1, 1), 2: (2, 4), 3: (3, 2), 4: (3, 5)}
SETUP = (
    "CREATE TABLE t (n INT, k INT, v INT)",
    f"INSERT INTO t VALUES {', '.join(str((number, *row)) for number, row in FIRST.items())}",
    "CREATE TABLE seen (stream VARCHAR, n INT)",
    f"CREATE VIEW w AS SELECT n, k, v FROM t WHERE v >= {VISIBLE}",
    "CREATE STREAM a ON TABLE t",
    "CREATE STREAM b ON TABLE t",
    "CREATE STREAM w_s ON VIEW w",
    "CREATE STREAM i ON TABLE t APPEND_ONLY = TRUE",
)
NAMES = ("a", "b", "w_s", "i")


@dataclass
class Stream:
    offset: dict[int, Row] = field(default_factory=dict)
    updated: set[int] = field(default_factory=set)
    inserted: list[tuple[int, Row]] = field(default_factory=list)

    def copy(self) -> Stream:
        return Stream(dict(self.offset), set(self.updated), list(self.inserted))


@dataclass
class Model:
    """The table and its streams."""

    rows: dict[int, Row] = field(default_factory=lambda: dict(FIRST))
    streams: dict[str, Stream] = field(default_factory=lambda: {name: Stream(dict(FIRST)) for name in NAMES})
    next: int = len(FIRST) + 1

    def copy(self) -> Model:
        return Model(dict(self.rows), {name: stream.copy() for name, stream in self.streams.items()}, self.next)

    def insert(self, rows: list[Row]) -> list[tuple[int, int, int]]:
        added = []
        for row in rows:
            self.rows[self.next] = row
            for stream in self.streams.values():
                stream.inserted.append((self.next, row))
            added.append((self.next, *row))
            self.next += 1
        return added

    def update(self, key: int, value: int) -> None:
        for number, (k, _) in list(self.rows.items()):
            if k == key:
                self.rows[number] = (k, value)
                for stream in self.streams.values():
                    stream.updated.add(number)

    def delete(self, key: int | None) -> None:
        self.rows = {} if key is None else {number: row for number, row in self.rows.items() if row[0] != key}

    def consume(self, name: str) -> None:
        self.streams[name] = Stream(dict(self.rows))

    def shows(self, name: str) -> list[tuple]:
        stream = self.streams[name]
        if name == "i":
            return sorted((number, *row, "INSERT", False) for number, row in stream.inserted)
        old, new = self._filtered(name, stream.offset), self._filtered(name, self.rows)
        found = []
        for number in {*old, *new}:
            both = number in old and number in new
            if both and number not in stream.updated:
                continue
            if number in old:
                found.append((number, *old[number], "DELETE", both))
            if number in new:
                found.append((number, *new[number], "INSERT", both))
        return sorted(found)

    @staticmethod
    def _filtered(name: str, rows: dict[int, Row]) -> dict[int, Row]:
        return {number: row for number, row in rows.items() if name != "w_s" or row[1] >= VISIBLE}


class Pair:
    """The engine and the model, given the same statements. A file, so that it can be closed and opened again."""

    def __init__(self, path: Path):
        self.path, self.model, self.names = path, Model(), {}
        self.open()
        for statement in SETUP:
            self.session.execute(statement)

    def open(self) -> None:
        self.engine = Engine(self.path, lasting=False)
        self.session = self.engine.connect("DB", "PUBLIC", create=True)

    def apply(self, operation: tuple) -> None:
        getattr(self, operation[0])(*operation[1:])

    def insert(self, rows: list[Row], overwrite: bool = False) -> None:
        if overwrite:
            self.model.delete(None)
        added = self.model.insert(rows)
        self.session.execute(f"INSERT {'OVERWRITE ' if overwrite else ''}INTO t VALUES {', '.join(map(str, added))}")

    def update(self, key: int, value: int) -> None:
        self.model.update(key, value)
        self.session.execute(f"UPDATE t SET v = {value} WHERE k = {key}")

    def delete(self, key: int | None) -> None:
        self.model.delete(key)
        self.session.execute("DELETE FROM t" if key is None else f"DELETE FROM t WHERE k = {key}")

    def merge(self, key: int, value: int, deletes: bool) -> None:
        """A key that is there is updated or deleted; one that is not is inserted."""
        there = any(k == key for k, _ in self.model.rows.values())
        number = self.model.next
        if not there:
            self.model.insert([(key, value)])
        elif deletes:
            self.model.delete(key)
        else:
            self.model.update(key, value)
        matched = "DELETE" if deletes else "UPDATE SET v = s.v"
        source = f"(SELECT {key} AS k, {value} AS v)"
        self.session.execute(
            f"MERGE INTO t USING {source} s ON t.k = s.k WHEN MATCHED THEN {matched} "
            f"WHEN NOT MATCHED THEN INSERT (n, k, v) VALUES ({number}, s.k, s.v)"
        )

    def fail(self, key: int) -> None:
        """A statement that writes and then fails changes nothing, nor does the stream that it reads move."""
        with pytest.raises(StatementError, match="Division by zero"):
            self.session.execute(f"INSERT INTO t SELECT n, {key}, 1 / 0 FROM a UNION ALL SELECT 1, 1, 1 / 0")

    def consume(self, name: str) -> None:
        self.model.consume(name)
        self.session.execute(f"INSERT INTO seen SELECT '{name}', n FROM {name}")

    def reopen(self) -> None:
        self.engine.close()
        self.open()

    def transaction(self, operations: list[tuple], name: str, commits: bool) -> None:
        """Inside it streams show what they did at its start; a consumed one moves to there."""
        before = self.model.copy()
        self.session.execute("BEGIN")
        for operation in operations:
            self.apply(operation)
            self.check(before)
        self.session.execute(f"INSERT INTO seen SELECT '{name}', n FROM {name}")
        self.check(before)
        self.session.execute("COMMIT" if commits else "ROLLBACK")
        if not commits:
            self.model = Model(before.rows, before.streams, self.model.next)
            return
        stream, there = self.model.streams[name], before.streams[name]
        # it moved to the start of the transaction: what the transaction did comes next
        stream.offset, stream.inserted = before.rows, stream.inserted[len(there.inserted) :]
        stream.updated = self._updated_since(before, operations)

    def _updated_since(self, before: Model, operations: list[tuple]) -> set[int]:
        """The rows that the transaction's own statements updated: played again on a copy whose streams are all at its start."""
        again = before.copy()
        again.streams = {"only": Stream(dict(before.rows))}
        for operation in operations:
            if operation[0] == "insert":
                again.insert(operation[1])
            elif operation[0] == "update":
                again.update(*operation[1:])
            elif operation[0] == "delete":
                again.delete(*operation[1:])
        return again.streams["only"].updated

    def check(self, model: Model | None = None) -> None:
        model = model or self.model
        for name in NAMES:
            rows = self.session.execute(f"SELECT n, k, v, METADATA$ACTION, METADATA$ISUPDATE, METADATA$ROW_ID FROM {name}").rows
            assert sorted(tuple(row[:5]) for row in rows) == model.shows(name), name
            for row in rows:  # a row's id is its own for as long as it lives, and the same in every stream of a source
                assert self.names.setdefault((name == "w_s", row[5]), row[0]) == row[0]
            answer = self.session.execute(f"SELECT SYSTEM$STREAM_HAS_DATA('{name}')").rows[0][0]
            assert answer == bool(rows)


KEYS, VALUES = st.integers(1, 4), st.integers(0, 6)
ROWS = st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=4)
INSERT = st.tuples(st.just("insert"), ROWS)
UPDATE = st.tuples(st.just("update"), KEYS, VALUES)
DELETE = st.tuples(st.just("delete"), st.one_of(KEYS, KEYS, st.none()))
CONSUME = st.tuples(st.just("consume"), st.sampled_from(NAMES))
OPERATIONS = st.one_of(
    INSERT,
    UPDATE,
    DELETE,
    st.tuples(st.just("merge"), KEYS, VALUES, st.booleans()),
    st.tuples(st.just("insert"), ROWS, st.just(True)),
    CONSUME,
    CONSUME,
    st.tuples(st.just("fail"), KEYS),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("transaction"), st.lists(st.one_of(INSERT, UPDATE, DELETE), max_size=3), st.sampled_from(NAMES), st.booleans()),
)


@settings(max_examples=8)
@given(operations=st.lists(OPERATIONS, min_size=5, max_size=12))
def test_streams_show_what_the_model_says(tmp_path_factory, operations):
    pair = Pair(tmp_path_factory.mktemp("streams") / "account.duckdb")
    try:
        for operation in operations:
            pair.apply(operation)
            pair.check()
    finally:
        pair.engine.close()
