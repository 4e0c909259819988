"""An exact number became a floating one, or the reverse.

Instead: keep it, and add a column of the other type beside it.
Why: FLOAT holds about 15 digits and no decimal fraction exactly: sums drift, equality and joins on it fail
(https://docs.snowflake.com/en/sql-reference/data-types-numeric). ALTER refuses either way.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "number-float-swap"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "keep exact numbers exact; add the other column beside it with a cast")
