"""A unique key or a CHECK that was promised is gone.

Instead: keep it; or promise it away in a new version, after consumers who join on it have moved.
Why: joins on a key that is not unique multiply rows, and sums are wrong without an error. The optimizer may also use a key declared
with RELY (https://docs.snowflake.com/en/sql-reference/constraints-properties).
"""

from snowpact.model.change import DropConstraint
from snowpact.rules.context import Fault, Severities
from snowpact.rules.facts import constraint_text

ID = "unique-or-check-loosened"
SEVERITY = Severities(evolution="IEEW", satisfaction="E", schema_drift="E")
ON = (DropConstraint,)


def judge(change, context):
    if change.constraint.kind in ("UNIQUE", "CHECK") and context.stored(change):
        has = "has no" if context.satisfaction else "loses"
        yield Fault(f"{change.object} {has} {constraint_text(change.constraint)}", "keep it, or promise it away in a new version")
