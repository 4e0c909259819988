"""A structured type becomes VARIANT, OBJECT or ARRAY without a structure, or the reverse.

Instead: add a column of the new type beside it, filled by a cast; drop the old one when its readers have moved.
Why: ALTER changes neither into the other; paths into a structured type give typed values and fail for a key that is not declared, while
a VARIANT's give VARIANT and NULL (https://docs.snowflake.com/en/sql-reference/data-types-structured).
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "structured-variant-swap"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column of the new type beside it, filled by a cast; drop the old one later")
