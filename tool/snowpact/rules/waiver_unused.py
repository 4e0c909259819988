"""A waiver covers nothing.

Instead: remove it from `contracts/waivers.toml`; or correct the rule, object or column it names.
Why: it allows a break that nobody makes now and anybody may make tomorrow, without being asked. Names are matched as Snowflake stores
them, so a quoted name in another case is another name (https://docs.snowflake.com/en/sql-reference/identifiers-syntax).
"""

from snowpact.model.finding import Comparison, Finding, Waiver
from snowpact.model.names import Name
from snowpact.rules.context import Severities

ID = "waiver-unused"
SEVERITY = Severities(always="W")


def finding(waiver: Waiver) -> Finding:
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.EVOLUTION),
        comparison=Comparison.EVOLUTION,
        message=f"the waiver of {waiver.rule} on {waiver.object} covers nothing",
        object=Name.parse(waiver.object),
        column=waiver.column,
        source=waiver.source,
        suggestion="remove it, or correct what it names",
    )
