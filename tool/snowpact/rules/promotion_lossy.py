"""A number or text becomes a type that does not hold every value exactly: long to float or double, bytes to string.

Instead: promote to a type that holds them: long to decimal, float to double.
Why: Avro allows the promotion (1.12, Schema Resolution), and a double holds 53 bits of a long's 64: sums and joins by equality are
wrong without an error. FLOAT on Snowflake is a double (https://docs.snowflake.com/en/sql-reference/data-types-numeric).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "promotion-lossy"
SEVERITY = Severities(evolution="WWWI")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "promote to a decimal that holds every value")
