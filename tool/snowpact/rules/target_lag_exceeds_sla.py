"""A dynamic table may lag further behind than its contract promises.

Instead: lower TARGET_LAG to what is promised, or promise what it has.
Why: Snowflake aims at TARGET_LAG and no better; a DOWNSTREAM table is refreshed when its readers need it, so its lag is theirs, and
without a reader it is never refreshed (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table).
"""

from snowpact.model.catalog import Kind
from snowpact.model.change import ChangeProperty
from snowpact.rules.context import Fault, Promise, Severities
from snowpact.rules.facts import seconds

ID = "target-lag-exceeds-sla"
SEVERITY = Severities(evolution="IEEW", satisfaction="E")
ON = (Promise,)


def judge(promise, context):
    found = context.after.relation(promise.name)
    promised = seconds(promise.freshness)
    if found is None or promised is None or found.kind is not Kind.DYNAMIC_TABLE:
        return
    own = found.property("target_lag")
    effective = context.lags.get(promise.name, own)
    lag = seconds(effective)
    if lag is None and (own or context.satisfaction):
        why = "DOWNSTREAM, and no table reads it by a lag of its own" if str(own).upper() == "DOWNSTREAM" else own or "not set"
    elif lag is not None and lag > promised:
        why = effective
    else:
        return
    yield Fault(
        f"the target lag of {promise.name} is {why}; promised: {promise.freshness}",
        f"SET TARGET_LAG = '{promise.freshness}'",
        cause=ChangeProperty(kind=found.kind, object=found.name, property="target_lag", before=promise.freshness, after=own),
    )
