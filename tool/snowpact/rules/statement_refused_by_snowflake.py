"""A statement that Snowflake will refuse.

Prediction tells it from the text; a rehearsal ran it on the state that the target has, and got the error that the account would give.
Instead: what the error says; for a type or default, add a column beside the old one.
Why: DDL commits by itself (https://docs.snowflake.com/en/sql-reference/transactions): what ran before the refusal stays, and the
schema stands half-way between two versions.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "statement-refused-by-snowflake"
SEVERITY = Severities(always="E")


def finding(error: str, source: Source, object: Name | None = None, instead: str | None = None) -> Finding:
    """error: Snowflake's number and text."""
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"Snowflake will refuse this statement: {error}",
        object=object,
        source=source,
        suggestion=instead or "mend the statement: those before it would have been committed",
    )
