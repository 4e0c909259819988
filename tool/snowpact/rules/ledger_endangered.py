"""A script drops, replaces or renames what holds the ledger of applied migrations.

Instead: keep the ledger in a database of its own (`history` in snowpact.toml), and change it with `snowpact migrate repair` alone.
Why: without its ledger every versioned script counts as pending, and runs again on what it made. An error in every mode.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "ledger-endangered"
SEVERITY = Severities(always="E")


def finding(ledger: Name, object: Name, did: str, source: Source | None) -> Finding:
    """did: what the statement does to ``object``, the ledger itself or its schema or database: ``drops``, ``replaces``, …"""
    what = f"the ledger {ledger}" if object == ledger else f"{object}, which holds the ledger {ledger}"
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"{did} {what}",
        object=object,
        source=source,
        suggestion="keep the ledger out of what migrations make: set `history` in snowpact.toml",
    )
