"""A value within a record, array or map is of another type.

Instead: write the value under a new key beside the old one, and leave the old one out when its readers have moved.
Why: a cast of a VARIANT fails at run time, on the first row that does not fit (TRY_CAST gives NULL), so the query breaks with the
data and not with the change (https://docs.snowflake.com/en/user-guide/querying-semistructured).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "nested-type-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "write it under a new key beside the old one")
