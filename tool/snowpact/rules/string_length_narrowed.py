"""A text column holds fewer characters than before, or than promised.

Instead: keep the length; a limit on new values is a quality rule.
Why: ALTER refuses to reduce a length (040050, https://docs.snowflake.com/en/sql-reference/sql/alter-table-column); after a rebuild,
longer values are refused or cut. 16777216 and 134217728 both mean "no length given" and are equal here.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "string-length-narrowed"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "keep the length; to refuse long values, promise it by a quality rule")
