"""An object that consumers may rely on is gone.

A contract of the base has no counterpart in the head, or an object that migrations made is not there any more.
Instead: announce it with `deprecated` and `remove_after`, and drop it when that date has passed; after a drop by hand, UNDROP it
while Time Travel still holds it.
Why: DROP is refused neither by views nor by readers (https://docs.snowflake.com/en/sql-reference/sql/drop-table); they fail later.
"""

from snowpact.model.change import DropObject
from snowpact.rules.context import Fault, Severities

ID = "object-removed"
SEVERITY = Severities(evolution="EEEW", schema_drift="E")
ON = (DropObject,)


def judge(change, context):
    if context.evolution:
        yield Fault(f"{change.object} is not promised any more", "deprecate it first, with `remove_after`, and remove it after that date")
        return
    yield Fault(
        f"{change.kind} {change.object} was made by migrations and is gone",
        f"UNDROP {change.kind.value} {change.object.sql} while Time Travel holds it, or drop it in a migration",
    )
