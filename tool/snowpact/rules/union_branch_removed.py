"""A union loses a branch: values of a type that was allowed are not any more.

Instead: keep the branch until no stored row holds such a value.
Why: rows written before hold them, in a VARIANT of any type, and readers of the new contract have no place for them (Avro 1.12, Schema
Resolution: Unions). A `null` branch within a record counts as well.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "union-branch-removed"
SEVERITY = Severities(evolution="EIEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "keep the branch until no row holds such a value")
