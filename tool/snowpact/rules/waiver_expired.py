"""A waiver's day has passed.

Instead: mend what it allowed, or let somebody answer for a later day; then remove or renew it in `contracts/waivers.toml`.
Why: a waiver without an end is a rule switched off. What it covered is judged again from the day after `until`, on every target alike:
Snowflake knows nothing of waivers.
"""

from snowpact.model.finding import Comparison, Finding, Waiver
from snowpact.model.names import Name
from snowpact.rules.context import Severities

ID = "waiver-expired"
SEVERITY = Severities(always="E")


def finding(waiver: Waiver) -> Finding:
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.EVOLUTION),
        comparison=Comparison.EVOLUTION,
        message=f"{waiver.who} allowed {waiver.rule} on {waiver.object} until {waiver.until}, which has passed",
        object=Name.parse(waiver.object),
        column=waiver.column,
        source=waiver.source,
        suggestion="remove the waiver, or agree on a later day",
    )
