"""A decimal has another precision or scale.

Instead: add a decimal of the new size beside it; where the column is a NUMBER, pin `snowflake.type` and let the rules for NUMBER judge.
Why: "for the purposes of schema resolution, two schemas that are decimal logical types match if their scales and precisions match"
(Avro 1.12, Decimal): the bytes are an unscaled number, read with the wrong scale they are another amount.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "decimal-parameters-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep precision and scale, or add a decimal of the new size beside it")
