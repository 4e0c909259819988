"""A versioned script comes before one that was applied already, and never ran.

Instead: give it a version above the newest applied one.
Why: order is what versions are for: where it ran before, the schema was made in one order, here it would be in another. schemachange
skips such a script silently; that is how a column is missing in one account.
"""

from dataclasses import replace

from snowpact.model.finding import Comparison, Finding
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "late-version"
SEVERITY = Severities(always="E")


def finding(version: str, newest: str, source: Source, merged: str | None = None) -> Finding:
    """version: the script's; newest: the highest version that was applied, or that the branch called ``merged`` has."""
    why = f"which {merged} has already" if merged else "which was applied already, and never ran"
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"version {version} comes before {newest}, {why}",
        source=source,
        suggestion=f"give it a version above {newest}",
    )


def renamed(version: str, path: str, ran: str, source: Source) -> Finding:
    """path: the script's; ran: the name under which the version was applied."""
    message = f"version {version} ran already, as {ran}"
    mended = f"snowpact migrate repair --mark-applied {path} --forget {ran}"
    return replace(finding(version, version, source), message=message, suggestion=f"give the file its name back; or `{mended}`")


def taken(version: str, path: str, ref: str, source: Source) -> Finding:
    """path: the script that has the version on the branch called ``ref``."""
    message = f"version {version} is taken on {ref}, by {path}"
    return replace(finding(version, version, source), message=message, suggestion=f"take the version after the newest of {ref}")
