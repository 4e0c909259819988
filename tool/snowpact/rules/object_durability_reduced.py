"""A permanent table becomes transient or temporary.

Instead: keep it permanent; where storage cost is the reason, lower DATA_RETENTION_TIME_IN_DAYS.
Why: a transient table has no Fail-safe and at most one day of Time Travel, a temporary one ends with its session
(https://docs.snowflake.com/en/user-guide/tables-temp-transient).
"""

from snowpact.model.change import ChangeProperty
from snowpact.rules.context import Fault, Severities

ID = "object-durability-reduced"
SEVERITY = Severities(evolution="WWWI", schema_drift="W")
ON = (ChangeProperty,)


def judge(change, context):
    if change.property in ("transient", "temporary") and change.after and not change.before:
        yield Fault(f"{change.object} becomes {change.property}", "keep it permanent, and lower DATA_RETENTION_TIME_IN_DAYS")
