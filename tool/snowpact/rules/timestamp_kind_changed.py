"""A timestamp is of another kind: without zone (NTZ), in the session's zone (LTZ), or with its own offset (TZ).

Instead: add a column of the new kind beside it, converted with the zone that the old one was meant in.
Why: the same stored value is another moment, or prints another hour in every session: no error shows it
(https://docs.snowflake.com/en/sql-reference/data-types-datetime). ALTER refuses. TIMESTAMP alone is whatever
TIMESTAMP_TYPE_MAPPING says in the session that created the column: write TIMESTAMP_NTZ.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "timestamp-kind-changed"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column of the new kind beside it, converted from the zone it was meant in")
