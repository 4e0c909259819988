"""A NUMBER holds fewer digits than before, or than promised.

Instead: keep the digits; where they must go, count the rows in the way first (`ABS(column) >= 1e<digits>`).
Why: ALTER lowers a precision only where every stored value fits, and it may block restoring from Time Travel
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column); producers of larger values are refused from then on.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "number-precision-narrowed"
SEVERITY = Severities(evolution="EIEW", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "keep the digits, or add a narrower column beside it once the query counts no row")
