"""A column that was promised without NULL allows it.

Instead: keep NOT NULL; where NULL must come, promise it in a new version before it does.
Why: consumers wrote joins, sums and NOT IN that NULL silently changes. Only a table's catalog can be trusted about it: of views,
dynamic and external tables nullability is not reliable, there it is a `not_null` quality rule
(https://docs.snowflake.com/en/sql-reference/constraints-overview: NOT NULL is the one constraint that standard tables enforce).
"""

from snowpact.model.change import ChangeNullability
from snowpact.rules.context import Fault, Severities, place

ID = "required-to-nullable"
SEVERITY = Severities(evolution="IEEW", satisfaction="E", schema_drift="E")
ON = (ChangeNullability,)


def judge(change, context):
    if not change.before and change.after and context.stored(change):
        allows = "allows NULL, promised as NOT NULL" if context.satisfaction else "was NOT NULL and allows NULL"
        yield Fault(f"{place(change.object, change.column)} {allows}", "keep NOT NULL, or promise a nullable column in a new version")
