"""A value of the same Avro type means something else: milliseconds became microseconds, a number a date.

Instead: add a column, or a key, of the new meaning beside it.
Why: the stored values are the same and read as others, a thousand times later or as text; Snowflake's own types for them differ in
kind or precision (https://docs.snowflake.com/en/sql-reference/data-types-datetime). Apache's checker looks past logical types.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "logical-type-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "add a field of the new meaning beside it")
