"""A NUMBER has another number of digits after the point.

Instead: add a column with the new scale beside it and move readers over.
Why: a lower scale rounds money away, a higher one leaves fewer digits before the point; ALTER refuses both
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "number-scale-changed"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column with the new scale beside it; ALTER never changes a scale")
