"""A column's type could not be judged in full, and nothing else blocks it.

Of its family only (information): precision, scale or length are not sure. Unknown (warning): not even the family is.
Instead: rehearse the migrations, or check against a target; pin `snowflake.type` in the contract where the digits matter.
Why: a wrong "all is well" costs more than an open question. INFORMATION_SCHEMA tells no fraction digits of timestamps
(https://docs.snowflake.com/en/sql-reference/info-schema/columns: DATETIME_PRECISION is "not applicable"), and the result types of
some expressions are documented nowhere.
"""

from snowpact.model.change import ChangeType
from snowpact.model.finding import Severity
from snowpact.model.types import Certainty
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.types import certainty, differing

ID = "type-unverified"
SEVERITY = Severities(satisfaction="W", schema_drift="W")
ON = (ChangeType,)


def judge(change, context):
    sure = certainty(change)
    if sure is Certainty.EXACT or differing(change, context):
        return
    known = "is known by its family only" if sure is Certainty.FAMILY else "is not known"
    because = change.after.reason or change.before.reason
    yield Fault(
        f"the type of {place(change.object, change.column)} {known} ({change.after.type}{': ' + because if because else ''})",
        "it is to be verified at rehearsal or live",
        severity=Severity.INFO if sure is Certainty.FAMILY else Severity.WARNING,
        certainty=sure,
    )
