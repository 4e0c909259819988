"""Every quality rule of a contract as SQL by hand: the query counts what breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LITERAL = {True: "TRUE", False: "FALSE"}


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return LITERAL[value]
    return f"'{value}'" if isinstance(value, str) else str(value)


def _columns(rule: dict) -> list[str]:
    return rule.get("columns") or [rule["column"]]


def _range(table: str, rule: dict) -> str:
    bounds = [f"{rule['column']} < {_literal(rule['min'])}"] if "min" in rule else []
    bounds += [f"{rule['column']} > {_literal(rule['max'])}"] if "max" in rule else []
    return f"SELECT COUNT(*) AS N FROM {table} WHERE {' OR '.join(bounds)}"


def _unique(table: str, rule: dict) -> str:
    keys = ", ".join(_columns(rule))
    return f"SELECT COUNT(*) AS N FROM (SELECT {keys} FROM {table} GROUP BY {keys} HAVING COUNT(*) > 1)"


def _relationship(table: str, rule: dict) -> str:
    column, other = rule["column"], rule.get("referenced_column", rule["column"])
    return (
        f"SELECT COUNT(*) AS N FROM {table} t WHERE t.{column} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {rule['references']} r WHERE r.{other} = t.{column})"
    )


def _row_count(table: str, rule: dict) -> str:
    return f"SELECT IFF(COUNT(*) BETWEEN {rule.get('min', 0)} AND {rule.get('max', 10**9)}, 0, 1) AS N FROM {table}"


BROKEN: dict[str, Callable[[str, dict], str]] = {
    "not_null": lambda table, rule: f"SELECT COUNT(*) AS N FROM {table} WHERE {rule['column']} IS NULL",
    "accepted_values": lambda table, rule: (
        f"SELECT COUNT(*) AS N FROM {table} WHERE {rule['column']} NOT IN ({', '.join(map(_literal, rule['values']))})"
    ),
    "regex": lambda table, rule: f"SELECT COUNT(*) AS N FROM {table} WHERE NOT REGEXP_LIKE({rule['column']}, '{rule['pattern']}')",
    "range": _range,
    "unique": _unique,
    "relationship": _relationship,
    "row_count": _row_count,
}


def _rules(folder: Path) -> Iterator[tuple[str, str]]:
    """(contract and rule, the query that counts what breaks it)."""
    for path in sorted(folder.glob("*.avsc")):
        contract = json.loads(path.read_text(encoding="utf-8"))
        for rule in contract["pact"].get("quality", []):
            [(name, body)] = rule.items()
            yield f"{path.name} {json.dumps(rule)}", BROKEN[name](f"{contract['namespace']}.{contract['name']}", body)


@pytest.fixture
def broken_rules():
    """The quality rules of a pipeline's contracts that its data breaks."""

    def check(project, pipeline: str) -> list[str]:
        rules = list(_rules(project.folder / "contracts" / pipeline))
        assert len(rules) > 10
        counts = " UNION ALL ".join(f"SELECT {at} AS RULE, N FROM ({query})" for at, (_, query) in enumerate(rules))
        return [rules[row["RULE"]][0] for row in project.sql(counts) if row["N"]]

    return check
