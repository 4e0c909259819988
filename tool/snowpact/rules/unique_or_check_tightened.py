"""A unique key or a CHECK is new: rows that were allowed are not any more.

Instead: check it with a `unique` or `range` quality rule first, and promise it once it holds.
Why: a hybrid table refuses the rows at once; a standard one takes them, and the promise is broken by the data
(https://docs.snowflake.com/en/sql-reference/constraints-overview).
"""

from snowpact.model.change import AddConstraint
from snowpact.rules.context import Fault, Severities
from snowpact.rules.facts import constraint_text

ID = "unique-or-check-tightened"
SEVERITY = Severities(evolution="EIEW", schema_drift="E")
ON = (AddConstraint,)


def judge(change, context):
    if change.constraint.kind in ("UNIQUE", "CHECK") and context.stored(change):
        yield Fault(f"{change.object} gets {constraint_text(change.constraint)}", "check it with a quality rule first")
