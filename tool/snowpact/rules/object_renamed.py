"""A promised object gets another name.

Instead: keep the old name as a view over the new object until its consumers have moved.
Why: nothing on Snowflake follows a rename: views, tasks, streams' readers and grants by name keep the old one and fail
(https://docs.snowflake.com/en/sql-reference/sql/alter-table, RENAME TO).
"""

from snowpact.model.change import RenameObject
from snowpact.rules.context import Fault, Severities

ID = "object-renamed"
SEVERITY = Severities(evolution="EEEW")
ON = (RenameObject,)


def judge(change, context):
    if change.object.parent == change.to.parent:
        yield Fault(f"{change.object} becomes {change.to}", f"leave a view {change.object} over {change.to} until consumers have moved")
