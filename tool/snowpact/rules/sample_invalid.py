"""Stored VARIANT, OBJECT, ARRAY or MAP values are not what the contract's Avro type says.

Instead: mend the producer, or declare what it sends, as a new version.
Why: a VARIANT takes anything; a path that is missing or of another type reads as NULL or fails in the consumer's cast
(https://docs.snowflake.com/en/user-guide/semistructured-considerations). Values are sampled; none is shown, for a report travels
further than data may.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities, place

ID = "sample-invalid"
SEVERITY = Severities(always="E")


def finding(object: Name, column: str, seen: int, failing: int, path: str, expected: str, source: Source) -> Finding:
    """seen and failing count sampled values; path is where the first one fails, as ``$.items[2].sku``, expected says why."""
    where = place(object, column)
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.CONTRACT_DRIFT),
        comparison=Comparison.CONTRACT_DRIFT,
        message=f"{failing} of {seen} values sampled from {where} are not as declared; for example at {path}: {expected}",
        object=object,
        column=column,
        source=source,
        path=(path, where),
        suggestion="mend what writes them, or declare what is sent as a new version",
    )
