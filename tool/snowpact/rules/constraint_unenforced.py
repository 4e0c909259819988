"""A key is promised that Snowflake will not enforce, and no quality rule checks it.

Instead: add a `unique` quality rule over the same columns.
Why: on standard tables PRIMARY KEY, UNIQUE and FOREIGN KEY are declared and not enforced; only NOT NULL is, and hybrid tables enforce
all (https://docs.snowflake.com/en/sql-reference/constraints-overview).
"""

from snowpact.model.catalog import Kind
from snowpact.model.change import AddConstraint
from snowpact.rules.context import Fault, Severities
from snowpact.rules.facts import constraint_text

ID = "constraint-unenforced"
SEVERITY = Severities(evolution="WWWI")
ON = (AddConstraint,)


def judge(change, context):
    constraint, promise = change.constraint, context.now.get(change.object) or context.promise(change.object)
    checked = promise is not None and frozenset(constraint.columns) in promise.verified
    if constraint.kind in ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY") and change.kind is not Kind.HYBRID_TABLE and not checked:
        yield Fault(
            f"{change.object} promises {constraint_text(constraint)}, which Snowflake does not enforce",
            f"add a quality rule over ({', '.join(constraint.columns)})",
        )
