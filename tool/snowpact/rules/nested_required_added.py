"""A record gets a key that every value must have.

Instead: add it as nullable or with a default; require it in a later version, once old rows have been rewritten.
Why: rows written before it lack the key, and Snowflake does not rewrite them: a VARIANT's path gives NULL
(https://docs.snowflake.com/en/user-guide/querying-semistructured), which the contract now forbids.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "nested-required-added"
SEVERITY = Severities(evolution="EIEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "add it as nullable or with a default")
