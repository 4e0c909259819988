"""A column loses its default.

Instead: keep it; or make the column nullable first.
Why: producers who leave the column out are refused, or write NULL. DROP DEFAULT can't be undone: SET DEFAULT accepts only a sequence
for a sequence (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import ChangeDefault
from snowpact.rules.context import Fault, Severities, place

ID = "default-removed"
SEVERITY = Severities(evolution="EWEW", schema_drift="E")
ON = (ChangeDefault,)


def judge(change, context):
    if change.before is not None and change.after is None:
        yield Fault(f"{place(change.object, change.column)} loses its default {change.before}", "keep the default: it can't be set again")
