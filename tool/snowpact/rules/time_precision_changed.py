"""A TIME or TIMESTAMP keeps another number of fraction digits.

Instead: keep the digits, or add a column beside it.
Why: fewer digits cut what tells two events apart, and joins on equal times miss; more digits make equal times unequal. ALTER
refuses (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column: only NUMBER and text are targets).
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "time-precision-changed"
SEVERITY = Severities(evolution="EWEW", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "keep the digits, or add a column of the new precision beside it")
