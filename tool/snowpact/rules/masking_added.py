"""A column is promised to be masked that was not.

Instead: tell the consumers; who needs the plain values asks for a role that the policy lets through.
Why: queries go on, and answer otherwise: joins, filters and counts over masked values give other rows
(https://docs.snowflake.com/en/user-guide/security-column-intro).
"""

from snowpact.rules.context import Fault, Guard, Severities, place

ID = "masking-added"
SEVERITY = Severities(evolution="IWWI")
ON = (Guard,)


def judge(guard, context):
    if guard.after.masked and not guard.before.masked:
        yield Fault(
            f"{place(guard.name, guard.column)} is masked from now on", "tell the consumers who may see it plain", column=guard.column
        )
