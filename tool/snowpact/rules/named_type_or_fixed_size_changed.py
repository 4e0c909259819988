"""A record, enum or fixed within the contract has another name, or a fixed another size.

Instead: keep the name, or say the old one in `aliases`; a fixed of another size is another field.
Why: Avro matches named types by their names (1.12, Schema Resolution), and a fixed of n bytes is read as n bytes; on Snowflake a
BINARY's length can't be altered (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "named-type-or-fixed-size-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep the name or say it in `aliases`; keep the size")
