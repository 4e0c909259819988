"""A text column compares and sorts by other rules.

Instead: add a column with the new collation; or give the collation in the query, with COLLATE.
Why: equality, ORDER BY, joins and DISTINCT follow the collation, so the same query finds other rows; ALTER can't change it
(https://docs.snowflake.com/en/sql-reference/collation).
"""

from snowpact.model.change import ChangeColumnProperty
from snowpact.rules.context import Fault, Severities, place

ID = "column-collation-changed"
SEVERITY = Severities(evolution="WEEW", satisfaction="E", schema_drift="E")
ON = (ChangeColumnProperty,)


def judge(change, context):
    if change.property != "collation" or (context.satisfaction and change.before is None):
        return
    was, now = (f"collation {value}" if value else "no collation" for value in (change.before, change.after))
    yield Fault(f"{place(change.object, change.column)} has {now} instead of {was}", "add a column with the new collation beside it")
