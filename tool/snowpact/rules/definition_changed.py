"""The text of a view, task, dynamic table, policy or routine, what it is set to or what is attached to it, is not what migrations made.

Instead: bring the change into a migration, or apply the last one again.
Why: what only the account knows is lost at the next CREATE OR REPLACE; a fresh install does something else. A policy, tag or metric that
was taken off by hand protects and watches nothing. White space and a final semicolon are no difference; a view's text is kept as it was
written (https://docs.snowflake.com/en/sql-reference/info-schema/views).
"""

from snowpact.model.change import ChangeColumnProperty, ChangeDefinition, ChangeProperty
from snowpact.model.finding import Severity
from snowpact.model.text import same_text
from snowpact.rules.context import Fault, Severities, place

ID = "definition-changed"
SEVERITY = Severities(schema_drift="E")
ON = (ChangeDefinition, ChangeProperty, ChangeColumnProperty)

OPERATED = frozenset({"state", "scheduling_state"})
"""What operators change in the course of a day: a warning."""
ELSEWHERE = frozenset({"transient", "temporary"})
"""Judged by object-durability-reduced."""
ATTACHED = frozenset({"masking_policy", "tags"})
"""What columns are set to; the rest of a column has rules of its own."""


def judge(change, context):
    bring = "bring the change into a migration, or apply the last one again"
    if isinstance(change, ChangeDefinition):
        if not same_text(change.before, change.after):
            yield Fault(f"the text of {change.kind} {change.object} is not what migrations made", bring)
        return
    on_column = isinstance(change, ChangeColumnProperty)
    if (on_column and change.property not in ATTACHED) or change.property in ELSEWHERE or _same(change.before, change.after):
        return
    where = place(change.object, change.column) if on_column else f"{change.kind} {change.object}"
    yield Fault(
        f"{change.property.upper()} of {where} is {_told(change.after)}, made as {_told(change.before)}",
        bring,
        severity=Severity.WARNING if change.property in OPERATED else None,
    )


def _same(before, after):
    return isinstance(before, str) and isinstance(after, str) and same_text(before, after)


def _told(value):
    if value is None or value == ():
        return "not set"
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(_told, value)))
    if isinstance(value, tuple):
        return ", ".join(_listed(item) if isinstance(item, tuple) else _told(item) for item in value)
    return str(value)


def _listed(values):
    return f"({', '.join(map(_told, values))})"
