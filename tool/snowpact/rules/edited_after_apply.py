"""A versioned script is not what was applied.

Instead: restore the file and put the change into a new version; where only its words changed, `snowpact migrate repair` writes the
new checksum into the ledger.
Why: a versioned script runs once. What was edited in afterwards is in no account that ran it, and in every fresh one.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "edited-after-apply"
SEVERITY = Severities(always="E")


def finding(script: str, applied: str, source: Source) -> Finding:
    """script: its file name; applied: when, as the ledger says."""
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"{script} was applied {applied} with another text",
        source=source,
        suggestion="restore it and write a new version, or accept the text with `snowpact migrate repair`",
    )
