"""A column that was promised to be masked is not, or is not promised to be any more.

Instead: set a masking policy again in the same change (`MODIFY COLUMN … SET MASKING POLICY … FORCE` exchanges one for another), or agree
with the owner of the data, promise it so in the next major version, and then take it off.
Why: UNSET MASKING POLICY, CREATE OR REPLACE without the policy and a view over another column show the plain values to every role that
may read them, at once (https://docs.snowflake.com/en/user-guide/security-column-intro).
"""

from snowpact.rules.context import Fault, Guard, Severities, place

ID = "protection-removed"
SEVERITY = Severities(evolution="E!", satisfaction="E")
ON = (Guard,)


def judge(guard, context):
    if not guard.before.masked or guard.after.masked:
        return
    column = place(guard.name, guard.column)
    told = (
        f"{column} is not promised to be masked any more"
        if context.evolution
        else f"{column} has no masking policy, and is promised to be masked"
    )
    yield Fault(told, "set a masking policy in the same change", column=guard.column, cause=guard.cause, via=guard.via)
