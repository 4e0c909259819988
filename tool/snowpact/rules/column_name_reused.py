"""A column's old name is given to something else.

The contract says that a column was renamed, and the same version gives its former name to another column.
Instead: give the new column a name that was never used.
Why: a reader of the old name fails nowhere and reads other values: the one break that no error shows. On Snowflake, a column dropped
and added again under its name holds NULL or the default for every row there was
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import AddColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place

ID = "column-name-reused"
SEVERITY = Severities(evolution="EEEW")
ON = (AddColumn,)


def judge(change, context):
    now, before, after = context.now.get(change.object), context.old(change), context.new(change)
    if now is None or before is None or after is None:
        return
    for alias in now.aliases.get(change.column.name, ()):
        if before.column(alias) is not None and after.column(alias) is not None:
            yield Fault(
                f"{place(change.object, alias)} becomes {spell(change.column.name)}, and another column takes its name",
                f"give the other column a name that was never used, and drop {spell(alias)} after remove_after",
                column=alias,
            )
