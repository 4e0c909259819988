"""A text column holds more characters than before, or than promised.

Instead: tell consumers who size their own columns or buffers by it; a contract that pins a length is kept to it.
Why: Snowflake widens text at no cost (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column), but a target with a
shorter column refuses the longer values, and it can't be narrowed back.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "string-length-widened"
SEVERITY = Severities(evolution="IWWI", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "tell consumers who size buffers by it, or keep the promised length")
