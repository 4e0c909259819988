"""A key of a promised record is not promised any more.

Instead: deprecate it in the contract, write its replacement beside it, and leave it out when `remove_after` has passed.
Why: a path to a key that is not there is NULL on a VARIANT, and no error, so readers go on with nothing in their hands
(https://docs.snowflake.com/en/user-guide/querying-semistructured). On a structured OBJECT the reference fails.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "nested-field-removed"
SEVERITY = Severities(evolution="IEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep the key until its readers have moved; deprecate it first")
