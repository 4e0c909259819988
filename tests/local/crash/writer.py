"""The program that is killed: writes to an engine's file for ever, a line before each unit of work and a line after it.

    python writer.py <file> <seed>
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator

from snowpact.local.engine import Engine

FOLLOWED = {"log": "TABLE log", "latest": "VIEW latest"}
SETUP = (
    "CREATE WAREHOUSE wh",
    "CREATE TABLE log (n INT, i INT, v VARIANT)",
    "CREATE TABLE last (n INT)",
    "INSERT INTO last VALUES (0)",
    "CREATE DYNAMIC TABLE sums TARGET_LAG = DOWNSTREAM WAREHOUSE = wh AS SELECT n, COUNT(*) AS c, SUM(i) AS s FROM log GROUP BY n",
    "CREATE DYNAMIC TABLE total TARGET_LAG = '1 minute' WAREHOUSE = wh AS SELECT COUNT(*) AS groups_, SUM(c) AS c FROM sums",
    "CREATE VIEW latest AS SELECT log.n, log.i FROM log JOIN last ON log.n = last.n",
    *(f"CREATE STREAM {name}_changes ON {source}" for name, source in FOLLOWED.items()),
    *(f"CREATE TABLE {name}_seen (n INT, i INT, action VARCHAR, changed BOOLEAN)" for name in FOLLOWED),
)


KINDS = (
    "insert", "insert", "transaction", "refresh", "create", "alter", "drop", "replace", "merge", "delete", "consume", "consume", "work",
)  # fmt: skip


def units(seed: int) -> Iterator[list[str]]:
    """Units of work: single statements, or a transaction that must be seen whole or not at all."""
    choose = random.Random(seed)
    number, tables = 0, ["log"]
    while True:
        number += 1
        table = f"t{number}"
        kind = choose.choice(KINDS)
        if kind == "insert":
            rows = "(SELECT SEQ4() AS i FROM TABLE(GENERATOR(ROWCOUNT => 200)))"
            yield [f"INSERT INTO log SELECT {number}, i, OBJECT_CONSTRUCT('i', i) FROM {rows}"]
        elif kind == "transaction":
            yield ["BEGIN", f"INSERT INTO log VALUES ({number}, 1, NULL), ({number}, 2, NULL)", f"UPDATE last SET n = {number}", "COMMIT"]
        elif kind == "refresh":
            yield [f"ALTER DYNAMIC TABLE {choose.choice(['sums', 'total'])} REFRESH"]
        elif kind == "create":
            tables.append(table)
            yield [choose.choice([f"CREATE TABLE {table} AS SELECT n, i FROM log", f"CREATE TABLE {table} (n INT IDENTITY, i INT)"])]
        elif kind == "alter" and len(tables) > 1:
            yield [f"ALTER TABLE {choose.choice(tables[1:])} ADD COLUMN c{number} VARCHAR DEFAULT 'x'"]
        elif kind == "drop" and len(tables) > 1:
            yield [f"DROP TABLE {tables.pop()}"]
        elif kind == "replace":
            yield [f"CREATE OR REPLACE VIEW w AS SELECT n + {number} AS n FROM last"]
        elif kind == "merge":
            yield [
                f"MERGE INTO log USING last ON log.n = last.n AND log.i = 1 WHEN MATCHED THEN UPDATE SET v = TO_VARIANT({number}) "
                f"WHEN NOT MATCHED THEN INSERT (n, i) VALUES ({number}, 7)"
            ]
        elif kind == "delete":
            yield [f"DELETE FROM log WHERE n = {choose.randint(1, number)}"]
        elif kind == "consume":
            yield [consumption(choose.choice(list(FOLLOWED)))]
        elif kind == "work":  # a pipeline's step: take what is new and write more, seen whole or not at all
            yield ["BEGIN", f"INSERT INTO log VALUES ({number}, 3, NULL)", *map(consumption, FOLLOWED), "COMMIT"]


def consumption(name: str) -> str:
    return f"INSERT INTO {name}_seen SELECT n, i, METADATA$ACTION, METADATA$ISUPDATE FROM {name}_changes"


def main(path: str, seed: int) -> None:
    engine = Engine(path)
    session = engine.connect("DB", "PUBLIC", create=True)
    for unit in [[statement] for statement in SETUP]:
        run(session, unit)
    for unit in units(seed):
        run(session, unit)


def run(session, unit: list[str]) -> None:
    say(["start", unit])
    for statement in unit:
        session.execute(statement)
    say(["done"])


def say(what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
