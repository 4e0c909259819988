"""A promised object does not exist.

A contract declares a table, view or dynamic table that nothing creates, or that was dropped.
Instead: create it in a migration, correct the contract's namespace and name, or retire the contract with its consumers' consent.
Why: every query of a consumer fails with 002003, "does not exist or not authorized": on Snowflake a missing privilege reads the
same (https://docs.snowflake.com/en/sql-reference/error-codes), so also look at what the role may see.
"""

from snowpact.model.change import DropObject
from snowpact.model.finding import Comparison
from snowpact.rules.context import Fault, Severities

ID = "object-missing"
SEVERITY = Severities(satisfaction="E")
ON = (DropObject,)
_INSTEAD = "create it in a migration, or retire its contract with its consumers' consent"


def judge(change, context):
    cause = context.moved.get(change.object)
    if cause is not None:
        did = f"drops {cause.object}" if isinstance(cause, DropObject) else f"renames {cause.object} to {cause.to}"
        with_it = "" if cause.object == change.object else f", and with it {change.object}"
        yield Fault(f"{did}{with_it}", _INSTEAD if with_it else f"leave a view {change.object} over {cause.to} until consumers have moved")
        return
    if context.blame(change):
        message = f"drops {change.object}"
    elif context.comparison is Comparison.GATE:
        message = f"nothing creates {change.object}"
    else:
        message = f"{change.object} does not exist, or the role may not see it"
    yield Fault(message, _INSTEAD)
