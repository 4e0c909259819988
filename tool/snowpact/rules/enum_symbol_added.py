"""An enum gets a symbol that its readers do not know.

Instead: give the enum a `default` for readers first, or announce the symbol before it is written.
Why: a reader's CASE falls through, a filter misses rows, and an Avro reader without a default for the enum fails (Avro 1.12, Schema
Resolution: Enums). On Snowflake nothing stops the new value.
"""

from snowpact.model.shape import ChangeShape
from snowpact.rules.context import Severities
from snowpact.rules.shapes import shape_faults

ID = "enum-symbol-added"
SEVERITY = Severities(evolution="IEEW")
ON = (ChangeShape,)


def judge(change, context):
    yield from shape_faults(change, ID, "announce the symbol before it is written")
