"""What replay makes of public Snowflake SQL: `python bench/coverage.py FOLDER…` writes docs/coverage.md.

Each folder holds one project's .sql files and is called owner+name@commit; nothing of them comes into this repository. A file that is a
template has names put in for its placeholders ({{ x }}, &{x}, <x>), since replay reads what was rendered. Each file starts in a schema of
its own name space, in the order of the files' names; what no file creates is unknown, as it would be to anybody who reads them.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from snowpact.model.change import OpaqueChange
from snowpact.model.source import Source
from snowpact.replay.replay import Input, replay
from snowpact.sql.classify import classify
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
DDL = ("CREATE", "ALTER", "DROP", "UNDROP", "COMMENT", "GRANT", "REVOKE")
GOAL = 0.95

_PLACEHOLDERS = (
    (re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL), lambda match: "\n" * match[0].count("\n")),
    (re.compile(r"\{\{\s*(\w+)[^{}]*\}\}"), lambda match: match[1]),
    (re.compile(r"&\{(\w+)\}"), lambda match: match[1]),
    (re.compile(r"<([A-Za-z][\w ]*)>"), lambda match: match[1].replace(" ", "_")),
    (re.compile(r"^\s*!\w[^\n]*$", re.MULTILINE), lambda match: ""),  # commands of the client
)
UNKNOWN = "what it reads or alters is made elsewhere"
CLASSES = (
    (UNKNOWN, r"never created here|are not known|not read$|in the catalog that it comes from|from a share|come from files"),
    ("named at run time", r"can't be told|put together|not in the statement|named by|is not an object name"),
    ("a body in another language, or a branch", r"is written in|may run or not|anonymous procedure|too deeply|may add columns"),
    ("not read", r""),
)


@dataclass
class Project:
    """What came of one project's statements, by (verb, kind)."""

    name: str
    commit: str
    files: int = 0
    seconds: float = 0.0
    unsplit: list[str] = field(default_factory=list)
    statements: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    opaque: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)


def scripts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".sql", ".ddl"}):
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern, put_in in _PLACEHOLDERS:
            text = pattern.sub(put_in, text)
        yield str(path.relative_to(folder)), text


def read(folder: Path) -> Project:
    name, _, commit = folder.name.partition("@")
    project = Project(name.replace("+", "/"), commit)
    inputs: list[Input] = []
    titles: dict[Source, tuple[str, str]] = {}
    for file, text in scripts(folder):
        project.files += 1
        try:
            found = split(text)
        except SqlInputError as error:
            project.unsplit.append(f"{file}: {error}")
            continue
        inputs.append(Input("USE SCHEMA COVERAGE.PUBLIC", Source(file, 0, 0), first=True))
        for statement in found:
            source = Source(file, statement.line, statement.char)
            inputs.append(Input(statement.text, source))
            titles[source] = title(statement.text)
    project.statements.update(titles.values())
    started = time.perf_counter()
    replayed = replay(inputs)
    project.seconds = time.perf_counter() - started
    project.refused.update(titles[refusal.source] for refusal in replayed.refusals if refusal.source in titles)
    for change in replayed.changes:
        if isinstance(change, OpaqueChange) and change.source in titles:
            project.opaque[titles[change.source]] += 1
            if titles[change.source][0] in DDL:
                project.reasons[class_of(change.reason)] += 1
    return project


def title(text: str) -> tuple[str, str]:
    found = classify(text)
    return found.verb, str(getattr(found.kind, "value", found.kind or ""))


def class_of(reason: str) -> str:
    return next(name for name, pattern in CLASSES if re.search(pattern, reason))


def summed(projects: list[Project], what: str) -> Counter:
    return sum((getattr(project, what) for project in projects), Counter())


def page(projects: list[Project]) -> str:
    statements, refused, opaque = (summed(projects, what) for what in ("statements", "refused", "opaque"))
    ddl = sum(count for (verb, _), count in statements.items() if verb in DDL)
    told = ddl - sum(count for (verb, _), count in opaque.items() if verb in DDL)
    lines = [
        "# What replay reads of public SQL",
        "",
        "Made by `python bench/coverage.py FOLDER…`; its docstring says how. No statement raises an exception.",
        "",
        f"{sum(statements.values())} statements of {len(projects)} projects; {ddl} of them DDL, of which {told} "
        f"({told / ddl:.1%}, goal {GOAL:.0%}) are modelled or without effect on any schema.",
        "",
        "| project | commit | files | statements | opaque | seconds |",
        "|---|---|---|---|---|---|",
        *(
            f"| {item.name} | `{item.commit}` | {item.files} | {sum(item.statements.values())} | {sum(item.opaque.values())} "
            f"| {item.seconds:.1f} |"
            for item in projects
        ),
        "",
        "Why DDL is opaque:",
        "",
        "| reason | statements |",
        "|---|---|",
        *(f"| {reason} | {count} |" for reason, count in summed(projects, "reasons").most_common()),
        "",
        "By kind. A refused statement is modelled: replay knows it well enough to say that Snowflake would not run it at that place, most "
        "often because another file of the project made the object already.",
        "",
        "| statement | count | modelled | refused | opaque |",
        "|---|---|---|---|---|",
        *(
            f"| {' '.join(key).strip()} | {count} | {count - opaque[key] - refused[key]} | {refused[key]} | {opaque[key]} |"
            for key, count in sorted(statements.items(), key=lambda item: (item[0][0] not in DDL, -item[1], item[0]))
        ),
    ]
    unsplit = [f"- {project.name}: {fault}" for project in projects for fault in project.unsplit]
    return "\n".join([*lines, *(["", "Files that are no SQL:", "", *unsplit] if unsplit else []), ""])


def main() -> int:
    projects = [read(Path(folder)) for folder in sys.argv[1:]]
    if not projects:
        print(__doc__)
        return 2
    text = page([project for project in projects if project.statements])
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
