"""A record, array or map becomes another of the three, or something that holds nothing.

Instead: add a column, or a key, of the new form beside it.
Why: paths and FLATTEN are written for one of them: an index into an OBJECT and a key of an ARRAY are NULL, and FLATTEN gives other
columns and rows (https://docs.snowflake.com/en/sql-reference/functions/flatten).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "container-kind-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "add the new form beside it under another name")
