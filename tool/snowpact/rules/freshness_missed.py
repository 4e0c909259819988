"""The data are older than their contract promises.

Instead: resume or refresh what stands still (INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY says why), or promise what is kept.
Why: TARGET_LAG is an aim; a suspended or failing dynamic table keeps answering with what it had
(https://docs.snowflake.com/en/user-guide/dynamic-tables-target-lag).
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "freshness-missed"
SEVERITY = Severities(always="E")


def finding(object: Name, age: str, promised: str, source: Source, behind: Name | None = None) -> Finding:
    """age: how old the data are, in words; behind: what a view reads that is so old."""
    told = f"the data of {behind or object} {age}; promised of {object}: {promised}"
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.CONTRACT_DRIFT),
        comparison=Comparison.CONTRACT_DRIFT,
        message=told,
        object=object,
        source=source,
        path=tuple(str(name) for name in (behind, object) if name is not None),
        suggestion=f"see why {behind or object} stands still, and load or refresh it",
    )
