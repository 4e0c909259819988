"""A change brings the waiver of its own break.

Instead: let whoever owns the contract approve the waiver first, in a change of its own. `[check] waivers_from = "base"` makes that a
must: then only waivers that stand at the base count.
Why: who breaks a promise should not be the one who allows it, at least not unseen. Nothing on Snowflake would stop the statement.
"""

from snowpact.model.finding import Comparison, Finding, Waiver
from snowpact.model.names import Name
from snowpact.rules.context import Severities

ID = "waiver-introduced"
SEVERITY = Severities(always="W")


def finding(waiver: Waiver, counts: bool = True) -> Finding:
    """counts: whether it covers anything in this check."""
    but = "" if counts else "; it does not count until it stands at the base"
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.EVOLUTION),
        comparison=Comparison.EVOLUTION,
        message=f"this change lets {waiver.who} allow {waiver.rule} on {waiver.object} until {waiver.until}: {waiver.why}{but}",
        object=Name.parse(waiver.object),
        column=waiver.column,
        source=waiver.source,
        suggestion="let the contract's owner approve the waiver in a change of its own",
    )
