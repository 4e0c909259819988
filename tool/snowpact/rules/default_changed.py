"""A column has another default.

Instead: add a column with the new default; or let producers write the value.
Why: the same INSERT writes another value from then on; rows that were written before ADD COLUMN … DEFAULT go on reading the old one
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import ChangeDefault
from snowpact.model.text import same_text
from snowpact.rules.context import Fault, Severities, place

ID = "default-changed"
SEVERITY = Severities(evolution="WWWI", schema_drift="W")
ON = (ChangeDefault,)


def judge(change, context):
    if change.after is None or same_text(change.before, change.after):
        return
    if change.before is not None:
        yield Fault(
            f"{place(change.object, change.column)} has the default {change.after} instead of {change.before}",
            "let producers write the value, or add a column with the new default",
        )
    elif context.schema_drift:
        yield Fault(f"{place(change.object, change.column)} has got the default {change.after}", "bring it into a migration")
