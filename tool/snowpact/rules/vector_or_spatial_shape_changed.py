"""A VECTOR has another dimension or element, or a GEOGRAPHY became a GEOMETRY.

Instead: add a column beside it and fill it anew; embeddings of another model are other data.
Why: similarity functions refuse vectors of different shape (https://docs.snowflake.com/en/sql-reference/data-types-vector); the
sphere and the plane measure differently (https://docs.snowflake.com/en/sql-reference/data-types-geospatial).
"""

from snowpact.model.change import ChangeType
from snowpact.rules.context import Severities
from snowpact.rules.types import type_faults

ID = "vector-or-spatial-shape-changed"
SEVERITY = Severities(evolution="E!", satisfaction="E", schema_drift="E")
ON = (ChangeType,)


def judge(change, context):
    yield from type_faults(change, context, ID, "add a column of the new shape beside it and fill it anew")
