"""A column that allowed NULL does not any more.

Instead: fill the NULLs, check with a `not_null` quality rule for a while, then require it.
Why: SET NOT NULL fails if one NULL is stored, and producers who leave the column out are refused
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column). VARIANT, OBJECT and ARRAY accept it on an empty table only.
"""

from snowpact.model.change import ChangeNullability
from snowpact.rules.context import Fault, Severities, place

ID = "nullable-to-required"
SEVERITY = Severities(evolution="EIEW", schema_drift="E")
ON = (ChangeNullability,)


def judge(change, context):
    if change.before and not change.after and context.stored(change):
        yield Fault(f"{place(change.object, change.column)} becomes NOT NULL", "check it with a not_null quality rule first")
