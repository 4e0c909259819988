"""A column is of another kind of type: text became a number, a date a timestamp, a VARIANT an ARRAY.

Instead: add a column of the new type beside it, fill it with a cast, and drop the old one when its readers have moved.
Why: ALTER has only NUMBER and text as targets, and only from their own kind
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column); where a rebuild does it all the same, comparisons, arithmetic
and drivers' result types change under every reader. Rules for what lies within structured types come beside this one.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "type-kind-changed"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column of the new type beside it, filled by a cast; drop the old one later")
