"""A contract is gone, and with it a promise.

Instead: mark it `deprecated` with `remove_after`, tell its consumers, and remove the file when that day has passed; or waive it.
Why: what nobody promises nobody checks: from then on any migration may drop or change the object, and consumers learn of it from a
failing query. The object itself may stay as it is on Snowflake; that no DROP is among the migrations excuses nothing.
"""

from snowpact.rules.context import Fault, Severities, Succession

ID = "contract-removed"
SEVERITY = Severities(evolution="EEEW")
ON = (Succession,)


def judge(succession, context):
    before = succession.before
    if succession.after is None:
        yield Fault(
            f"{before.contract} promised {before.name} and is gone",
            "deprecate it with `remove_after`, and remove it after that day",
        )
