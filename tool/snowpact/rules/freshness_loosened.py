"""A contract promises data that may be older than before.

Instead: keep the lag; or announce the slower one and let consumers agree first.
Why: alerts, dashboards and downstream lags are set by it: a dynamic table's lag can't be less than its upstream's
(https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table).
"""

from snowpact.rules.context import Fault, Promise, Severities
from snowpact.rules.facts import seconds

ID = "freshness-loosened"
SEVERITY = Severities(evolution="IEEW")
ON = (Promise,)


def judge(promise, context):
    base = context.promises.get(promise.name)
    if base is None or base.freshness is None:
        return
    was, now = seconds(base.freshness), seconds(promise.freshness)
    if promise.freshness is None or (was is not None and (now is None or now > was)):
        becomes = promise.freshness or "no freshness at all"
        yield Fault(f"{promise.name} promises {becomes} instead of {base.freshness}", f"keep {base.freshness}, or announce it first")
