"""What the embedded engine makes of public Snowflake SQL: `python bench/scripts.py FOLDER…` writes docs/engine-coverage.md.

Each folder holds one project's .sql files and is called owner+name@commit; nothing of them comes into this repository. Placeholders of
templates get names put in, as bench/coverage.py does. The files run in the order of their names, repeatable migrations and those that
clean up last, in one account, each from the start of a session; what every account has is there: a warehouse COMPUTE_WH and
SNOWFLAKE_SAMPLE_DATA.TPCH_SF1, its tables empty. A statement runs if it succeeds and its effect is seen afterwards (bench/effects.py).
What a failed statement should have made is missing for those after it; bench/origins.py tells such knock-ons, and what no script of the
project makes, from an error that would be the engine's.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from coverage import scripts
from effects import seen, watch
from origins import ORIGINS, Origins

from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.errors import SnowpactError, UnsupportedFeature
from snowpact.sql.classify import Classified, classify
from snowpact.sql.split import Statement, split
from snowpact.sql.tokens import SqlInputError

PAGE = Path(__file__).parent.parent / "docs" / "engine-coverage.md"
GOAL = 0.80
_LAST = re.compile(r"tear[_ -]?down|clean[_ -]?up|(?:^|/)R__", re.IGNORECASE)

SAMPLE = {
    "REGION": "r_regionkey NUMBER(38,0), r_name VARCHAR(25), r_comment VARCHAR(152)",
    "NATION": "n_nationkey NUMBER(38,0), n_name VARCHAR(25), n_regionkey NUMBER(38,0), n_comment VARCHAR(152)",
    "SUPPLIER": "s_suppkey NUMBER(38,0), s_name VARCHAR(25), s_address VARCHAR(40), s_nationkey NUMBER(38,0), s_phone VARCHAR(15), "
    "s_acctbal NUMBER(12,2), s_comment VARCHAR(101)",
    "PART": "p_partkey NUMBER(38,0), p_name VARCHAR(55), p_mfgr VARCHAR(25), p_brand VARCHAR(10), p_type VARCHAR(25), p_size NUMBER(38,0), "
    "p_container VARCHAR(10), p_retailprice NUMBER(12,2), p_comment VARCHAR(23)",
    "PARTSUPP": "ps_partkey NUMBER(38,0), ps_suppkey NUMBER(38,0), ps_availqty NUMBER(38,0), ps_supplycost NUMBER(12,2), "
    "ps_comment VARCHAR(199)",
    "CUSTOMER": "c_custkey NUMBER(38,0), c_name VARCHAR(25), c_address VARCHAR(40), c_nationkey NUMBER(38,0), c_phone VARCHAR(15), "
    "c_acctbal NUMBER(12,2), c_mktsegment VARCHAR(10), c_comment VARCHAR(117)",
    "ORDERS": "o_orderkey NUMBER(38,0), o_custkey NUMBER(38,0), o_orderstatus VARCHAR(1), o_totalprice NUMBER(12,2), o_orderdate DATE, "
    "o_orderpriority VARCHAR(15), o_clerk VARCHAR(15), o_shippriority NUMBER(38,0), o_comment VARCHAR(79)",
    "LINEITEM": "l_orderkey NUMBER(38,0), l_partkey NUMBER(38,0), l_suppkey NUMBER(38,0), l_linenumber NUMBER(38,0), "
    "l_quantity NUMBER(12,2), l_extendedprice NUMBER(12,2), l_discount NUMBER(12,2), l_tax NUMBER(12,2), l_returnflag VARCHAR(1), "
    "l_linestatus VARCHAR(1), l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct VARCHAR(25), l_shipmode VARCHAR(10), "
    "l_comment VARCHAR(44)",
}
"""The tables of TPC-H, as https://docs.snowflake.com/en/user-guide/sample-data-tpch has them."""


@dataclass
class Project:
    """What came of one project's statements. failed: (title, error) → count."""

    name: str
    commit: str
    files: int = 0
    statements: int = 0
    ran: int = 0
    seconds: float = 0.0
    unseen: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    errors: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)


def measure(folder: Path) -> Project:
    name, _, commit = folder.name.partition("@")
    project = Project(name.replace("+", "/"), commit)
    started = time.perf_counter()
    with Engine() as engine:
        _prepare(engine)
        files = sorted(scripts(folder), key=lambda item: _LAST.search(item[0]) is not None)
        project.origins = Origins.of(text for _, text in files)
        for file, text in files:
            project.files += 1
            with engine.connect("COVERAGE", "PUBLIC", warehouse="COMPUTE_WH") as session:
                _run(session, file, text, project)
    project.seconds = time.perf_counter() - started
    return project


def _prepare(engine: Engine) -> None:
    with engine.connect("COVERAGE", "PUBLIC", create=True) as session:
        session.execute("CREATE WAREHOUSE COMPUTE_WH")
        session.execute("CREATE DATABASE SNOWFLAKE_SAMPLE_DATA")
        session.execute("CREATE SCHEMA SNOWFLAKE_SAMPLE_DATA.TPCH_SF1")
        for table, columns in SAMPLE.items():
            session.execute(f"CREATE TABLE SNOWFLAKE_SAMPLE_DATA.TPCH_SF1.{table} ({columns})")


def _run(session: Session, file: str, text: str, project: Project) -> None:
    try:
        found = split(text)
    except SqlInputError as error:
        project.statements += 1
        project.errors[f"the file can't be split into statements: {error.message}"] += 1
        return
    for statement in found:
        project.statements += 1
        _one(session, file, statement, project)


def _one(session: Session, file: str, statement: Statement, project: Project) -> None:
    classified = classify(statement.text)
    words = f"{classified.verb} {getattr(classified.kind, 'value', classified.kind or '')}".strip()
    try:
        watched = watch(session, classified)
        result = session.execute(statement.text)
    except UnsupportedFeature as refusal:
        project.origins.failed_at(classified)
        project.refused[f"{words}: {refusal.feature}" if classified.verb not in refusal.feature else refusal.feature] += 1
        project.examples.setdefault(refusal.feature, f"{file}:{statement.line}")
        return
    except SnowpactError as error:
        _failed(project, classified, str(error), f"{file}:{statement.line} {statement.text[:80]!r}")
        return
    project.origins.ran(classified)
    try:
        effect = seen(watched, result)
    except (SnowpactError, ValueError):
        effect = False
    project.ran += effect
    if not effect:
        project.unseen[words] += 1
        project.examples.setdefault(f"unseen {words}", f"{file}:{statement.line}")


def _failed(project: Project, classified: Classified, message: str, place: str) -> None:
    origin = project.origins.of_error(message, classified)
    plain = " ".join(re.sub(r"'[^']*'|\"[^\"]*\"", "…", message.replace("SQL compilation error:", "")).split())[:110]
    project.origins.failed_at(classified)
    project.errors[origin or plain] += 1
    project.examples[f"{origin or 'UNEXPLAINED'}: {message[:160]!r} {place}"] = ""


def page(projects: list[Project]) -> str:
    statements, ran = sum(item.statements for item in projects), sum(item.ran for item in projects)
    refused, errors, unseen = (sum((getattr(item, what) for item in projects), Counter()) for what in ("refused", "errors", "unseen"))
    lines = [
        "# What the embedded engine runs of public SQL",
        "",
        "Made by `python bench/scripts.py FOLDER…`; its docstring says how.",
        "",
        f"{statements} statements of {len(projects)} projects: {ran} ({ran / statements:.1%}, goal {GOAL:.0%}) run and their effect is "
        f"seen, {sum(refused.values())} are refused by the name of what is missing, {sum(errors.values())} fail with an error, "
        f"{sum(unseen.values())} succeed without a visible effect.",
        "",
        "| project | commit | files | statements | run | refused | error | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for item in projects:
        share = item.ran / item.statements
        counts = f"{item.statements} | {item.ran} ({share:.0%}) | {sum(item.refused.values())} | {sum(item.errors.values())}"
        lines.append(f"| {item.name} | `{item.commit}` | {item.files} | {counts} | {item.seconds:.0f} |")
    lines += ["", "Refused, and what it would take:", "", "| statement: what is missing | statements |", "|---|---|", *_rows(refused)]
    own = sum(count for error, count in errors.items() if error not in ORIGINS)
    lines += ["", f"Errors, by where they come from ({own} would be the engine's own):", ""]
    lines += ["| error | statements |", "|---|---|", *_rows(errors)]
    if unseen:
        lines += ["", "Without a visible effect:", "", "| statement | count |", "|---|---|", *_rows(unseen)]
    return "\n".join([*lines, ""])


def _rows(counted: Counter) -> list[str]:
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return ["| {} | {} |".format(text.replace("|", "\\|"), count) for text, count in ordered]


def main() -> int:
    folders = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    if not folders:
        print(__doc__)
        return 2
    projects = [measure(folder) for folder in folders]
    text = page([project for project in projects if project.statements])
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    if "--examples" in sys.argv:
        for project in projects:
            for what, where in project.examples.items():
                print(f"{project.name}\t{what}\t{where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
