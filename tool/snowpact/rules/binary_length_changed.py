"""A BINARY has another length.

Instead: add a column of the new length beside it.
Why: ALTER changes a BINARY's length neither way (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "binary-length-changed"
SEVERITY = Severities(evolution="EWEW", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column of the new length beside it; ALTER changes no BINARY length")
