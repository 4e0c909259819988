"""What the embedded engine does of Snowflake, found out by asking it: `make docs` writes docs/embedded-engine.md.

Every statement of fidelity/statements.yml and every function of fidelity/functions.yml is tried on an empty engine. What the engine
refuses by name is refused; what it runs is supported, and differs where fidelity/differences.yml says how.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.errors import StatementError, UnsupportedFeature

FOLDER = Path(__file__).resolve().parent / "fidelity"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "embedded-engine.md"
REFERENCE = "https://docs.snowflake.com/en/sql-reference"

VALUES = (
    "1", "'abc'", "2.5", "'2024-01-02'::DATE", "'2024-01-02 03:04:05'::TIMESTAMP", "TRUE", "ARRAY_CONSTRUCT(1, 2)",
    "OBJECT_CONSTRUCT('a', 1)",
)  # fmt: skip
UNKNOWN = {2140, 2141, 1003}
"""An unknown function; a text that does not parse that way: neither tells whether the function is known in another form."""


@dataclass(frozen=True)
class Row:
    """One statement or function. status: supported, differs or refused; how: what differs, or what the engine answered."""

    page: str
    name: str
    status: str
    how: str = ""


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def statements() -> list[Row]:
    """One row for each statement's form."""
    content, differences = read("statements"), read("differences")["statements"]
    rows = []
    with TemporaryDirectory() as folder, Engine() as engine, engine.connect() as session:
        (Path(folder) / "script.sql").write_text("SELECT 1;\n", encoding="utf-8")
        for sql in content["setup"]:
            _try(session, [sql])
        for page, forms in content["pages"].items():
            for form, probe in (forms.items() if isinstance(forms, dict) else [("", forms)]):
                name = f"{page}: {form}" if form else page
                refused = _try(session, [sql.replace("{folder}", folder) for sql in (probe if isinstance(probe, list) else [probe])])
                how = differences.get(name) or differences.get(page, "")
                rows.append(Row(f"sql/{page}", name, "refused", refused) if refused else Row(f"sql/{page}", name, _word(how), how))
    return rows


def _try(session: Session, statements: Iterable[str]) -> str:
    """What the engine lacks for the last of the statements; empty where they run."""
    try:
        for sql in statements:
            session.execute(sql)
    except UnsupportedFeature as error:
        return error.feature
    except StatementError as error:
        return error.message.splitlines()[-1]
    return ""


def functions() -> list[Row]:
    differences = read("differences")["functions"]
    rows = []
    with Engine() as engine, engine.connect("FIDELITY", "PUBLIC", create=True) as session:
        session.execute("CREATE TABLE T (A INT, B VARCHAR(20), D TIMESTAMP_LTZ)")
        session.execute("CREATE TASK TK SCHEDULE = '5 MINUTE' AS SELECT 1")
        session.execute("CREATE STAGE SG")
        session.execute("CREATE FILE FORMAT FF TYPE = CSV")
        session.execute("CREATE PIPE PI AS COPY INTO T FROM @SG")
        content = read("functions")
        for page, names in content["pages"].items():
            for written in names.split():
                name, _, table = written.partition("[")
                how = differences.get(name, "")
                known = _known(session, calls(name, bool(table), content["calls"].get(name)))
                rows.append(Row(page, name, _word(how) if known else "refused", how if known else ""))
    return rows


def _known(session: Session, calls: Iterable[str]) -> bool:
    """Whether any call of the function runs, or fails over its arguments alone."""
    for sql in calls:
        try:
            session.execute(sql)
        except UnsupportedFeature:
            continue
        except StatementError as error:
            if error.errno in UNKNOWN:
                continue
        return True
    return False


def calls(name: str, table: bool, special: str | None, most: int = 3) -> Iterator[str]:
    """Calls with no value, with each, and with two alike and so on up to ``most``; ``special`` first."""
    if special:
        yield special
    for arguments in ((), *((value,) * count for count in range(1, most + 1) for value in VALUES)):
        call = f"{name}({', '.join(arguments)})"
        yield f"SELECT * FROM TABLE({call})" if table else f"SELECT {call}"


def _word(how: str) -> str:
    return "differs" if how else "supported"


def page() -> str:
    found = {"Statements": statements(), "Functions": functions()}
    text = ["# The embedded engine", "", (FOLDER / "about.md").read_text(encoding="utf-8").strip(), ""]
    for title, rows in found.items():
        counts = ", ".join(f"{sum(row.status == status for row in rows)} {status}" for status in ("supported", "differs", "refused"))
        text += [f"## {title}", "", f"{len(rows)}: {counts}.", "", "| page | name | status | how |", "|---|---|---|---|"]
        text += [f"| [{_last(row.page)}]({REFERENCE}/{row.page}) | {_cell(row.name)} | {row.status} | {_cell(row.how)} |" for row in rows]
        text.append("")
    return "\n".join(text)


def _last(page: str) -> str:
    return re.sub(r"^(sql/|functions-|expressions-)", "", page)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
