"""The main job, narrated, on the embedded engine: `make demo`.

Works on a copy of the project in a temporary folder, through the installed commands, and fails if any step does not
end as it says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PRODUCT = "ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT"
ENGAGEMENT = "UNDERSTOOD_DEMO.DYNAMIC_TABLES"

UNDECLARED = f"""\
-- Somebody wants a loyalty tier. Nobody promised one, and the contract is closed.
CREATE OR REPLACE DYNAMIC TABLE {PRODUCT}
  TARGET_LAG = '5 minutes'
  WAREHOUSE = COMPUTE_WH
AS
SELECT
  interaction_id, customer_id, interaction_timestamp, interaction_type, interaction_value_usd, channel, session_id,
  'gold'::VARCHAR(8) AS loyalty_tier
FROM ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS;
"""


class Demo:
    """Runs commands in the copy, shows them, and holds them to the exit code that is expected."""

    def __init__(self, project: Path):
        self.project = project

    def say(self, text: str) -> None:
        print(f"\n\033[1m── {text}\033[0m" if sys.stdout.isatty() else f"\n── {text}", flush=True)

    def run(self, *words: str, expect: int = 0) -> None:
        print(f"$ {' '.join(words)}", flush=True)
        code = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=self.project, check=False).returncode
        if code != expect:
            sys.exit(f"the demo expected exit code {expect} and saw {code}")

    def sql(self, statement: str, quiet: bool = False) -> list[dict]:
        """Rows of one statement on the embedded engine."""
        if not quiet:
            print(f"$ snowpact local sql {statement!r}", flush=True)
        return self.told("snowpact", "local", "sql", "--format", "json", statement)

    def told(self, *words: str) -> Any:
        """A command's JSON, unseen."""
        answer = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=self.project, check=False, capture_output=True, text=True)
        if answer.returncode:
            sys.exit(answer.stderr or answer.stdout)
        return json.loads(answer.stdout)

    def count(self, table: str, expect: int) -> None:
        rows = self.sql(f"SELECT COUNT(*) AS N FROM {table}")[0]["N"]
        print(f"  {table} holds {rows} rows", flush=True)
        if rows != expect:
            sys.exit(f"the demo expected {expect} rows")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="snowpact-demo-") as folder:
        project = Path(folder)
        for item in ("migrations", "contracts"):
            shutil.copytree(ROOT / item, project / item)
        shutil.copy(ROOT / "snowpact.toml", project)
        play(Demo(project))


SPINE = ("meetup", "engagement")
"""The pipelines of the main story. The others are applied and played after it."""

RETAIL = "RETAIL.RAW_DATA"
C360 = "CUSTOMER_ANALYTICS"
STUDIO = "SONY_DE"
PLAYS: dict[str, tuple[str, ...]] = {
    "studio": (
        f"CALL {STUDIO}.RAW.GENERATE_TITLES()",
        f"CALL {STUDIO}.RAW.GENERATE_FAN_INTERACTIONS()",
        f"CALL {STUDIO}.RAW.GENERATE_BOX_OFFICE()",
        f"SELECT SYSTEM$STREAM_HAS_DATA('{STUDIO}.RAW.RAW_FAN_STREAM')",
        f"EXECUTE TASK {STUDIO}.STG.TSK_ROUTE_FAN_DATA",
        f"EXECUTE TASK {STUDIO}.STG.TSK_LOAD_DIM_TITLES",
        f"ALTER DYNAMIC TABLE {STUDIO}.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE REFRESH",
    ),
    "retail": (
        f"CALL {RETAIL}.START_PIPELINE()",
        f"CALL {RETAIL}.GENERATE_RETAIL_DATA(20, 50)",
        f"CALL {RETAIL}.TRANSFORM_TO_BRONZE()",
        f"CALL {RETAIL}.TRANSFORM_BRONZE_TO_GOLD()",
        "ALTER DYNAMIC TABLE RETAIL.GOLD.SALES_BY_SEGMENT REFRESH",
        f"CALL {RETAIL}.STOP_PIPELINE()",
    ),
    "customer360": (
        f"CALL {C360}.TELEMETRY.CAPTURE_BASELINE()",
        f"EXECUTE TASK {C360}.BRONZE.GENERATE_CUSTOMER_DATA",
    ),
}
"""What each further pipeline's demo calls, at test size."""


def play(demo: Demo) -> None:
    started = time.monotonic()
    chosen = [word for name in SPINE for word in ("--pipeline", name)]
    story(demo, chosen)
    lines = [line_of(demo, name, None) for name in SPINE]
    spine = time.monotonic() - started
    for name in [name for name in PLAYS if (demo.project / "migrations" / name).is_dir()]:
        begun = time.monotonic()
        demo.say(f"{name}: applied and played")
        demo.run("snowpact", "migrate", "apply", "--pipeline", name, "--format", "json", "--output", "applied.json")
        for statement in PLAYS[name]:
            demo.sql(statement)
        lines.append(line_of(demo, name, time.monotonic() - begun))
    by_hand(demo, chosen)
    demo.say(f"All of it: {time.monotonic() - started:.0f} seconds, {spine:.0f} of them the story")
    summary(lines)
    print("\nThe demo ended as it should.")


def line_of(demo: Demo, pipeline: str, seconds: float | None) -> tuple[str, ...]:
    """One row of the last table: objects that the migrations made, contracts that are kept, rows by schema, seconds."""
    words = [str(BIN / "contracts"), "check", "--target", "local", "--data", "--pipeline", pipeline, "--format", "json"]
    report = json.loads(subprocess.run(words, cwd=demo.project, check=False, capture_output=True, text=True).stdout)
    if report["verdict"] != "passed":
        sys.exit(f"{pipeline} breaks a promise: {report['findings'] or report['errors']}")
    contracts = demo.told("contracts", "list", "--pipeline", pipeline, "--format", "json")["summary"]["contracts"]
    databases = sorted({contract["object"].split(".")[0] for contract in contracts})
    counts = " UNION ALL ".join(
        "SELECT TABLE_SCHEMA AS LAYER, COUNT(*) AS OBJECTS, COALESCE(SUM(ROW_COUNT), 0) AS HELD "
        f"FROM {database}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA' GROUP BY 1"
        for database in databases
    )
    rows = demo.sql(counts, quiet=True)
    held = ", ".join(f"{row['LAYER'].lower()} {row['HELD']:,}" for row in rows if row["HELD"])
    objects = sum(row["OBJECTS"] for row in rows)
    return pipeline, str(objects), f"{len(contracts)} of {len(contracts)}", held, "" if seconds is None else f"{seconds:.0f} s"


def summary(lines: list[tuple[str, ...]]) -> None:
    table = Table("pipeline", "tables and views", "contracts kept", "rows by layer", "time", box=None, pad_edge=False)
    for line in lines:
        table.add_row(*line)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def story(demo: Demo, chosen: list[str]) -> None:
    demo.say("What is pending, what it would change, and whether it keeps every promise")
    demo.run("snowpact", "migrate", "plan", *chosen)

    demo.say("Apply: both pipelines, from nothing")
    demo.run("snowpact", "migrate", "apply", *chosen)

    demo.say("The contracts against the live schema")
    demo.run("contracts", "check", "--target", "local", *chosen)

    demo.say("Twenty events, a refresh")
    demo.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(20)")
    demo.sql(f"ALTER DYNAMIC TABLE {PRODUCT} REFRESH")
    demo.count(PRODUCT, 20)

    demo.say("Somebody adds a column that no contract declares: blocked, nothing runs")
    script = demo.project / "migrations/meetup/V1.5.0__loyalty_tier.sql"
    script.write_text(UNDECLARED, encoding="utf-8")
    demo.run("snowpact", "migrate", "apply", *chosen, expect=1)
    script.unlink()
    demo.count(PRODUCT, 20)

    demo.say("Ten more events reach the product")
    demo.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(10)")
    demo.sql(f"ALTER DYNAMIC TABLE {PRODUCT} REFRESH")
    demo.count(PRODUCT, 30)

    demo.say("One hundred interactions cascade through five layers")
    demo.sql(f"CALL {ENGAGEMENT}.STREAM_INTERACTIONS(1, 100)")
    demo.sql(f"ALTER DYNAMIC TABLE {ENGAGEMENT}.ENGAGEMENT_DASHBOARD REFRESH")
    for row in demo.sql(
        f"SELECT NAME, STATE, REFRESH_TRIGGER FROM TABLE({'UNDERSTOOD_DEMO'}.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) "
        "ORDER BY REFRESH_START_TIME DESC LIMIT 5"
    ):
        print(f"  {row['NAME']}: {row['STATE']} ({row['REFRESH_TRIGGER']})", flush=True)


def by_hand(demo: Demo, chosen: list[str]) -> None:
    demo.say("Drift: nothing yet")
    demo.run("snowpact", "drift", *chosen)

    demo.say("Somebody alters a table by hand")
    demo.sql("ALTER TABLE ANALYTICS.MARTS.CHANNELS DROP COLUMN display_name")
    demo.run("snowpact", "drift", *chosen, expect=1)


if __name__ == "__main__":
    main()
