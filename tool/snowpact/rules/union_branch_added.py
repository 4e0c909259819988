"""A union gets a branch: values of a type that readers do not expect.

Instead: write such values under a key or column of their own.
Why: a cast that fitted every value fails on the first new one at run time, and a `null` within a record is a NULL where none was
(https://docs.snowflake.com/en/user-guide/querying-semistructured).
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "union-branch-added"
SEVERITY = Severities(evolution="IEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "write such values under a name of their own")
