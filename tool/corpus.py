"""The golden corpus: what Snowflake answers according to its documentation, and a command that asks a real account.

`python tool/corpus.py --target prod [--family streams …] [--output answers.json]` replays every case through a target of snowpact.toml
and tells where the account answers otherwise. The embedded engine is held to the same cases by `make test`. An expectation is written
from the source that the case names, never recorded; where the source says ``[M]`` or "unverified", the account's answer settles it.

The cases create and drop databases, roles, users, warehouses and shares of the names that they use (DB, D2, …): the command refuses to
start where one of these exists.
Exit codes: 0 every answer as expected, 1 some differ, 2 nothing was asked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from snowpact.connect import open_target
from snowpact.model.errors import StatementError
from snowpact.project import load
from snowpact.sql.split import split
from snowpact.targets.protocol import Target

TESTS = Path(__file__).resolve().parent.parent / "tests" / "local"
ENGINE_ONLY = {"reopen", "scheduled", "wait", "kill", "here"}
"""What does something to the engine from outside, or (``here``) is about this test's own surroundings: such a case can't be replayed."""
HOME = ("CREATE WAREHOUSE IF NOT EXISTS WH", "USE WAREHOUSE WH", "CREATE OR REPLACE DATABASE DB", "USE SCHEMA DB.PUBLIC")
CREATING = re.compile(r"CREATE\b", re.IGNORECASE)
UNSURE = re.compile(r"\[M\]|unverified", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """Statements in order. setup: what all cases of a file stand on, run once for those that follow each other."""

    family: str
    title: str
    source: str
    steps: tuple[Mapping[str, Any], ...]
    setup: tuple[str, ...] = HOME

    @property
    def unsure(self) -> bool:
        return bool(UNSURE.search(self.source) or any(UNSURE.search(step.get("why", "")) for step in self.steps))


def load_cases(folder: Path = TESTS) -> list[Case]:
    """Every case that can be replayed, in the order of files. A case file is a list of scripts, or tables with queries over them."""
    found: list[Case] = []
    for path in sorted(folder.glob("**/cases/*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(_queries(path.stem, content) if isinstance(content, dict) else _scripts(path.stem, content))
    for path in sorted((folder / "metadata").glob("*.yml")):
        setup = tuple(statement.text for statement in split((folder / "metadata" / "setup.sql").read_text(encoding="utf-8")))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            if not ENGINE_ONLY & entry.keys():
                found.append(Case(path.stem, entry.get("why", entry["sql"]), entry["source"], (entry,), setup))
    return found


def _scripts(family: str, cases: list[Mapping[str, Any]]) -> Iterator[Case]:
    for case in cases:
        steps = [{"sql": step} if isinstance(step, str) else step for step in case["steps"]]
        if not any(ENGINE_ONLY & step.keys() for step in steps):
            yield Case(family, case["case"], case.get("source", ""), tuple(step for step in steps if "sql" in step))


def _queries(family: str, content: Mapping[str, Any]) -> Iterator[Case]:
    tables = tuple(_table(name, table) for name, table in (content.get("tables") or {}).items())
    for case in content["cases"]:
        if not ENGINE_ONLY & case.keys():
            yield Case(family, case["sql"], case["source"], (case,), (*HOME, *tables))


def _table(name: str, table: Mapping[str, Any]) -> str:
    listed = ", ".join(f"${index}::{type_} AS {column}" for index, (column, type_) in enumerate(table["columns"].items(), 1))
    rows = " UNION ALL ".join("SELECT " + ", ".join(map(str, row)) for row in table["rows"])
    return f"CREATE OR REPLACE TABLE {name} AS SELECT {listed} FROM ({rows})"


# -- asking ---------------------------------------------------------------------------------------------------------------


@dataclass
class Answers:
    """What an account said: by family how many cases agree, differ, or were asked without an expectation; and the differing ones."""

    counts: Counter
    told: list[dict[str, Any]]

    @property
    def differ(self) -> int:
        return sum(count for (_, outcome), count in self.counts.items() if outcome == "differs")


def replay(cases: list[Case], opened: Callable[[], Target], report: Callable[[str], None] = lambda text: None) -> Answers:
    """Run cases over targets that ``opened`` gives, one for each session that a case names."""
    answers = Answers(Counter(), [])
    for setup, group in groupby(cases, key=lambda case: case.setup):
        for batch in ([case] for case in group) if setup == HOME else (list(group),):
            with _Sessions(opened, setup) as sessions:
                for case in batch:
                    outcome, said = _ask(case, sessions)
                    answers.counts[case.family, outcome] += 1
                    if outcome != "agrees" or case.unsure:
                        told = {"family": case.family, "case": case.title, "source": case.source, "outcome": outcome, "answers": said}
                        answers.told.append(told)
                    report(f"{outcome:8} {case.family}: {case.title[:90]}")
            made_here = made(step for case in batch for step in case.steps) | made({"sql": sql} for sql in setup)
            _tidy(opened, made_here)
    return answers


class _Sessions(ExitStack):
    """The sessions of cases that share a setup: ``main`` and any other that a step names, each where the setup leads."""

    def __init__(self, opened: Callable[[], Target], setup: tuple[str, ...]):
        super().__init__()
        self._opened, self._setup = opened, setup
        self._named: dict[str, Target] = {}
        self("main")

    def __call__(self, name: str) -> Target:
        if name not in self._named:
            self._named[name] = self.enter_context(self._opened())
            for sql in self._setup:
                if name == "main" or not CREATING.match(sql):
                    self._named[name].execute(sql)
        return self._named[name]


def _tidy(opened: Callable[[], Target], leftover: set[tuple[str, str]]) -> None:
    """Drop what cases made, in a session of its own: they may have left theirs in any role or transaction."""
    if leftover:
        with opened() as target:
            for kind, name in sorted(leftover):
                target.execute(f"DROP {kind} IF EXISTS {name}")


def _ask(case: Case, session: _Sessions) -> tuple[str, list[dict[str, Any]]]:
    """The outcome, and what was answered to each step that differs or whose answer is not known."""
    outcome, said = "agrees", []
    for step in case.steps:
        error, answer = _answer(session(step.get("as", "main")), step)
        refused_here = step.get("error") == "unsupported" or "unsupported" in step
        fault = None if refused_here else _fault(step, error, answer)
        if fault:
            outcome = "differs"
        elif refused_here and outcome == "agrees":
            outcome = "asked"
        if fault or refused_here or case.unsure:
            rows = [[_shown(cell) for cell in row] for row in answer.rows[:20]] if answer else None
            said.append({"sql": step["sql"], "expected": fault, "error": str(error) if error else None, "rows": rows})
    return outcome, said


def _answer(target: Target, step: Mapping[str, Any]) -> tuple[StatementError | None, Any]:
    try:
        return None, target.execute(step["sql"], step.get("params", ()))
    except StatementError as error:
        return error, None


def _fault(step: Mapping[str, Any], error: StatementError | None, answer: Any) -> str | None:
    """What was expected instead; None where the answer is as expected."""
    if "error" in step:
        number = step["error"][0] if isinstance(step["error"], list) else step["error"]
        return None if error is not None and error.errno == number else f"error {number}"
    if error is not None:
        return "no error"
    columns = list(answer.columns)
    if "columns" in step and columns != step["columns"]:
        return f"columns {step['columns']}"
    if "rows" in step:
        picked = [columns.index(name) for name in step["pick"] if name in columns] if "pick" in step else range(len(columns))
        shown = [[row[index] for index in picked] for row in answer.rows]
        return None if _same(step, shown) else f"rows {step['rows']}"
    return None


def _same(step: Mapping[str, Any], shown: list[list[Any]]) -> bool:
    """Rows in any order unless the query orders them. A number in a case file stands for its value, a text for every digit."""
    expected = step["rows"]
    if len(shown) != len(expected):
        return False
    if "order by" not in step["sql"].lower():
        shown, expected = (sorted(side, key=lambda row: [str(cell) for cell in row]) for side in (shown, expected))
    return all(
        len(left) == len(right) and all(_equal(cell, wanted) for cell, wanted in zip(left, right, strict=True))
        for left, right in zip(shown, expected, strict=True)
    )


def _equal(cell: Any, wanted: Any) -> bool:
    if isinstance(wanted, float | int) and isinstance(cell, Decimal | float | int):
        return float(cell) == wanted
    return _shown(cell) == _shown(wanted)


def _shown(cell: Any) -> Any:
    """A value as the case files write it: numbers and times as text, semi-structured values as what they say."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    text = str(cell)
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


# -- the command ----------------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0], epilog="example: python tool/corpus.py --target prod")
    parser.add_argument("--project", default=".")
    parser.add_argument("--target", required=True, help="a target of snowpact.toml")
    parser.add_argument("--family", action="append", help="only these families of cases")
    parser.add_argument("--output", type=Path, help="a file for every answer that differs, or settles something")
    given = parser.parse_args(arguments)
    project = load(Path(given.project))
    cases = [case for case in load_cases() if not given.family or case.family in given.family]
    with open_target(project, project.target(given.target)) as target:
        taken = _taken(target, cases)
    if taken or not cases:
        print(f"nothing was asked: {'no such family' if not cases else 'these are in use: ' + ', '.join(taken)}")
        return 2
    answers = replay(cases, lambda: open_target(project, project.target(given.target)), lambda text: print(text, file=sys.stderr))
    for family in sorted({family for family, _ in answers.counts}):
        print(f"{family:24}", *(f"{answers.counts[family, outcome]:5} {outcome}" for outcome in ("agrees", "differs", "asked")))
    if given.output:
        given.output.write_text(json.dumps(answers.told, indent=2, default=str) + "\n", encoding="utf-8")
    return 1 if answers.differ else 0


_MADE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TRANSIENT\s+)?(DATABASE|ROLE|USER|WAREHOUSE|SHARE)\s+(?:IF\s+NOT\s+EXISTS\s+)?(\"[^\"]+\"|\w+)",
    re.IGNORECASE,
)


def made(steps: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The account's objects that statements create: kinds and names as written, in upper case where unquoted."""
    found = (match for step in steps for match in _MADE.finditer(step["sql"]))
    return {(match[1].upper(), match[2] if match[2].startswith('"') else match[2].upper()) for match in found}


def _taken(target: Target, cases: list[Case]) -> list[str]:
    wanted = {one for case in cases for one in made([*case.steps, *({"sql": sql} for sql in case.setup)])}
    there = {(kind, row["name"]) for kind in {kind for kind, _ in wanted} for row in target.execute(f"SHOW {kind}S").dicts()}
    return sorted(f"{kind.lower()} {name}" for kind, name in wanted if (kind, name.strip('"')) in there)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
