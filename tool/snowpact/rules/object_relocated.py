"""A promised object moves to another schema or database.

Instead: leave a view under the old name until its consumers have moved, and grant on the new place first.
Why: the new schema has its own grants, future grants and retention; readers by full name fail
(https://docs.snowflake.com/en/sql-reference/sql/alter-table, RENAME TO; that it crosses schemas is not verified [M]).
"""

from snowpact.model.change import RenameObject
from snowpact.rules.context import Fault, Severities

ID = "object-relocated"
SEVERITY = Severities(evolution="EEEW")
ON = (RenameObject,)


def judge(change, context):
    if change.object.parent != change.to.parent:
        yield Fault(f"{change.object} moves to {change.to}", f"leave a view {change.object} over {change.to}, and grant on the new place")
