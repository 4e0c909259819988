"""An enum loses a symbol.

Instead: keep the symbol, and stop writing it; remove it when no stored row has it any more.
Why: stored rows and producers still have it, and the quality rule that an enum implies fails on them. Snowflake has no enum type: the
column is a VARCHAR and refuses nothing (https://docs.snowflake.com/en/sql-reference/data-types-text).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "enum-symbol-removed"
SEVERITY = Severities(evolution="EIEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep the symbol until no row has it")
