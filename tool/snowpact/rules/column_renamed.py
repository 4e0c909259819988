"""A column gets another name.

Instead: add a column with the new name beside it, deprecate the old one, and drop it when `remove_after` has passed; or say the
old name as an alias.
Why: RENAME COLUMN updates no dependant: views, dynamic tables and tasks keep the old name and fail
(https://docs.snowflake.com/en/sql-reference/sql/alter-table). SQL readers know no aliases.
"""

from snowpact.model.change import RenameColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place

ID = "column-renamed"
SEVERITY = Severities(evolution="EEEW")
ON = (RenameColumn,)


def judge(change, context):
    if change.column.upper() != change.to.upper():
        yield Fault(
            f"{place(change.object, change.column)} becomes {spell(change.to)}",
            f"add {spell(change.to)} beside {spell(change.column)}, deprecate the old one, drop it after remove_after",
        )
