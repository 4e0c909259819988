"""Scripts whose order depends on who sorts them.

Versions that are equal as numbers (1, 1.0, 01), or whose order by version is not the order of their file names.
Instead: write versions with the same number of parts, and no leading zeros.
Why: schemachange sorts by file name, snowpact by version: a project that switches back would run them in another order.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "order-ambiguous"
SEVERITY = Severities(always="W")


def finding(first: str, second: str, source: Source, equal: bool = False) -> Finding:
    """first runs before second; source: the second's place. equal: the versions are equal as numbers."""
    why = "are equal as versions; file names decide" if equal else "run in this order by version, and in the other by file name"
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"{first} and {second} {why}",
        source=source,
        suggestion="write versions with the same number of parts and no leading zeros",
    )
