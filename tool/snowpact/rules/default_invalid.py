"""A default that its column can never hold: text for a number, a longer text, a larger number.

Instead: give a default of the column's own type and within its length.
Why: the table is refused when it is created, or every INSERT that leaves the column out fails
(https://docs.snowflake.com/en/sql-reference/sql/alter-table: 002263, 002023).
"""

from snowpact.model.change import AddColumn, ChangeDefault, ChangeType
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.literals import contradicts

ID = "default-invalid"
SEVERITY = Severities(evolution="E!")
ON = (AddColumn, ChangeDefault, ChangeType)


def judge(change, context):
    column = change.column if isinstance(change, AddColumn) else context.new_column(change)
    if column is None or column.default is None or not contradicts(column.default, column.type):
        return
    old = context.old_column(change)
    if isinstance(change, ChangeType) and old is not None and old.default != column.default:
        return  # the ChangeDefault beside it says so
    yield Fault(
        f"{place(change.object, column.name)} is {column.type} and can't hold its default {column.default}",
        f"give a default that is a {column.type}",
    )
