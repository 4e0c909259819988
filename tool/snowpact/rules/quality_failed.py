"""Rows break a quality rule of their contract.

Instead: mend the rows and what wrote them, or promise what is true.
Why: Snowflake enforces NOT NULL on tables and no other constraint
(https://docs.snowflake.com/en/sql-reference/constraints-overview); what consumers rely on holds only where it is looked at. A rule
that can't be evaluated has failed: nobody knows that it holds.
"""

from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities, place

ID = "quality-failed"
SEVERITY = Severities(always="E")


def finding(
    object: Name, rule: str, seen: int, failing: int, source: Source, column: str | None = None, find: str | None = None
) -> Finding:
    """rule: what is asked for, in words; seen and failing count rows; find is a query of the failing ones."""
    where = place(object, column)
    told = f"{failing} of {seen} rows of {where} break {rule}" if find else f"{where} holds {seen} rows, against {rule}"
    return _finding(told, object, column, source, f"mend what this finds: {find}" if find else "load what is missing, or correct the rule")


def unsettled(object: Name, rule: str, error: str, source: Source, column: str | None = None) -> Finding:
    """error: what the target answered to the question."""
    told = f"{rule} of {place(object, column)} can't be evaluated: {' '.join(error.split())}"
    return _finding(told, object, column, source, "correct the rule, or what it asks about")


def not_there(object: Name, missing: str, source: Source) -> Finding:
    """missing: what the target does not have, which others call missing where it is; here it was not looked at."""
    told = f"rules of {object} were not evaluated: {missing} on this target"
    return _finding(told, object, None, source, "apply what is pending, then check the data again", Severity.WARNING)


def _finding(
    message: str, object: Name, column: str | None, source: Source, suggestion: str, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(
        rule=ID,
        severity=severity,
        comparison=Comparison.CONTRACT_DRIFT,
        message=message,
        object=object,
        column=column,
        source=source,
        path=(place(object, column),),
        suggestion=suggestion,
    )
