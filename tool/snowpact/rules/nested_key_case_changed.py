"""A key within a record changes its case.

Instead: keep the spelling; a new one is a new key, beside the old.
Why: column names are folded, keys of a VARIANT are not: `src:userId` and `src:userid` are two paths, and the one that is not there is
NULL, without an error (https://docs.snowflake.com/en/user-guide/querying-semistructured).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "nested-key-case-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep the spelling, or write both keys until readers have moved")
