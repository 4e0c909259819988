"""A promised object does not exist.

A contract declares a table, view or dynamic table that nothing creates, or that was dropped.
Instead: create it in a migration, correct the contract's namespace and name, or retire the contract with its consumers' consent.
Why: every query of a consumer fails with 002003, "does not exist or not authorized": on Snowflake a missing privilege reads the
same (https://docs.snowflake.com/en/sql-reference/error-codes), so also look at what the role may see.
"""

from snowpact.model.change import DropObject
from snowpact.rules.context import Fault, Severities

ID = "object-missing"
SEVERITY = Severities(satisfaction="E")
ON = (DropObject,)


def judge(change, context):
    did = "drops" if context.blame(change) else "nothing creates"
    yield Fault(f"{did} {change.object}", "create it in a migration, or retire its contract with its consumers' consent")
