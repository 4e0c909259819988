"""A MAP has keys of another type.

Instead: add a MAP of the new keys beside it, filled by a cast; drop the old one when its readers have moved.
Why: a key is looked up by a value of its own type, VARCHAR or NUMBER(p,0), and nothing else
(https://docs.snowflake.com/en/sql-reference/data-types-structured). Avro's maps always have strings for keys.
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "map-key-type-changed"
SEVERITY = Severities(evolution="EEEW", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a MAP of the new keys beside it, filled by a cast")
