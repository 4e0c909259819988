"""The text of a view, task, dynamic table or routine, or what it is set to, is not what migrations made.

Instead: bring the change into a migration, or apply the last one again.
Why: what only the account knows is lost at the next CREATE OR REPLACE; a fresh install does something else. White space and a final
semicolon are no difference; a view's text is kept as it was written (https://docs.snowflake.com/en/sql-reference/info-schema/views).
"""

from snowpact.model.change import ChangeDefinition, ChangeProperty
from snowpact.model.finding import Severity
from snowpact.model.text import same_text
from snowpact.rules.context import Fault, Severities

ID = "definition-changed"
SEVERITY = Severities(schema_drift="E")
ON = (ChangeDefinition, ChangeProperty)

OPERATED = frozenset({"state", "scheduling_state"})
"""What operators change in the course of a day: a warning."""
ELSEWHERE = frozenset({"transient", "temporary"})
"""Judged by object-durability-reduced."""


def judge(change, context):
    bring = "bring the change into a migration, or apply the last one again"
    if isinstance(change, ChangeDefinition):
        if not same_text(change.before, change.after):
            yield Fault(f"the text of {change.kind} {change.object} is not what migrations made", bring)
    elif change.property not in ELSEWHERE and not _same(change.before, change.after):
        word = change.property.upper()
        yield Fault(
            f"{word} of {change.kind} {change.object} is {_told(change.after)}, made as {_told(change.before)}",
            bring,
            severity=Severity.WARNING if change.property in OPERATED else None,
        )


def _same(before, after):
    return isinstance(before, str) and isinstance(after, str) and same_text(before, after)


def _told(value):
    return "not set" if value is None else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
