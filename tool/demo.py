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
from pathlib import Path

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

    def sql(self, statement: str) -> list[dict]:
        """Rows of one statement on the embedded engine."""
        words = [str(BIN / "snowpact"), "local", "sql", "--format", "json", statement]
        print(f"$ snowpact local sql {statement!r}", flush=True)
        answer = subprocess.run(words, cwd=self.project, check=False, capture_output=True, text=True)
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


def play(demo: Demo) -> None:
    demo.say("What is pending, what it would change, and whether it keeps every promise")
    demo.run("snowpact", "migrate", "plan")

    demo.say("Apply: both pipelines, from nothing")
    demo.run("snowpact", "migrate", "apply")

    demo.say("The contracts against the live schema")
    demo.run("contracts", "check", "--target", "local")

    demo.say("Twenty events, a refresh")
    demo.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(20)")
    demo.sql(f"ALTER DYNAMIC TABLE {PRODUCT} REFRESH")
    demo.count(PRODUCT, 20)

    demo.say("Somebody adds a column that no contract declares: blocked, nothing runs")
    script = demo.project / "migrations/meetup/V1.5.0__loyalty_tier.sql"
    script.write_text(UNDECLARED, encoding="utf-8")
    demo.run("snowpact", "migrate", "apply", expect=1)
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

    demo.say("Drift: nothing yet")
    demo.run("snowpact", "drift")

    demo.say("Somebody alters a table by hand")
    demo.sql("ALTER TABLE ANALYTICS.MARTS.CHANNELS DROP COLUMN display_name")
    demo.run("snowpact", "drift", expect=1)
    print("\nThe demo ended as it should.")


if __name__ == "__main__":
    main()
