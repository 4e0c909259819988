"""A foreign key is new, gone, or refers to something else.

Instead: tell those who draw their models from it; check the reference with a `relationship` quality rule.
Why: standard tables do not enforce it; BI tools and the optimizer (RELY, join elimination) read it
(https://docs.snowflake.com/en/sql-reference/constraints-overview, https://docs.snowflake.com/en/user-guide/join-elimination).
"""

from snowpact.model.change import AddConstraint, DropConstraint
from snowpact.rules.context import Fault, Severities
from snowpact.rules.facts import constraint_text

ID = "foreign-key-changed"
SEVERITY = Severities(evolution="WWWI", satisfaction="W", schema_drift="W")
ON = (AddConstraint, DropConstraint)


def judge(change, context):
    if change.constraint.kind != "FOREIGN KEY" or not context.stored(change):
        return
    added = isinstance(change, AddConstraint)
    if not (added and context.satisfaction):
        verb = "gets" if added else "has no" if context.satisfaction else "loses"
        yield Fault(f"{change.object} {verb} {constraint_text(change.constraint)}", "check the reference with a relationship quality rule")
