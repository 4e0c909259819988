"""A NUMBER holds more digits than before, or than promised.

Also, as information, where an Avro int or long (9 and 18 digits that it surely holds) stands on a wider NUMBER(p,0).
Instead: tell consumers who map it to 32- or 64-bit integers; promise decimal(p,s), or `snowflake.type`, where the digits are meant.
Why: Snowflake widens at no cost (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column), INTEGER is NUMBER(38,0), and
the first large value overflows a reader's integer.
"""

from snowpact.model.change import ChangeType
from snowpact.model.finding import Severity
from snowpact.model.pattern import TypePattern
from snowpact.model.types import Certainty
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.types import certainty, satisfied, type_faults

ID = "number-precision-widened"
SEVERITY = Severities(evolution="IWWI", satisfaction="E", schema_drift="E")
ON = (ChangeType,)

INTEGERS = {10: ("int", 9), 19: ("long", 18)}
"""The precision that declares an Avro integer, its name, and the digits that any reader's integer of that size holds."""
_ANY_INTEGER = TypePattern("NUMBER", scale=0)


def judge(change, context):
    if context.satisfaction and satisfied(change, context):
        yield from _wide_integer(change, context)
    else:
        yield from type_faults(change, context, ID, "tell consumers who map it to integers, or keep the promised precision")


def _wide_integer(change, context):
    declared, actual = context.old_column(change), change.after.type
    avro, digits = INTEGERS.get(change.before.type.precision, (None, 0))
    if avro is None or declared is None or _ANY_INTEGER not in declared.accepts or certainty(change) is not Certainty.EXACT:
        return
    if actual.precision > digits:
        yield Fault(
            f"{place(change.object, change.column)} is {actual}: more than the {digits} digits that every {avro} holds",
            f"promise decimal({actual.precision}, 0) or the Snowflake type, or narrow the column",
            severity=Severity.INFO,
            certainty=certainty(change),
        )
