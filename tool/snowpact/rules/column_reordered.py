"""Columns stand in another order.

Instead: add new columns at the end; let consumers name their columns.
Why: INSERT without a column list, COPY from files without a header, UNION and `SELECT *` go by position
(https://docs.snowflake.com/en/sql-reference/sql/insert); Snowflake reorders columns only by making the table anew.
"""

from snowpact.model.change import MoveColumn
from snowpact.rules.context import Fault, Severities, place

ID = "column-reordered"
SEVERITY = Severities(evolution="IWWI", schema_drift="W")
ON = (MoveColumn,)


def judge(change, context):
    yield Fault(
        f"{place(change.object, change.column)} moves from place {change.before + 1} to {change.after + 1}",
        "keep the order and add new columns at the end",
    )
