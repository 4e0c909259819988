"""Somebody has a privilege on an object whose contract says who may have one.

A contract with `"access": "closed"` lists in `grants` all that is granted, beside what the owner has. Roles that inherit a listed role are
not counted: who inherits is told by the roles.
Instead: revoke it, or promise it: add the grant to the contract, with the agreement of the owner of the data.
Why: a privilege is in force at once, for every user of the role and of all roles above it
(https://docs.snowflake.com/en/user-guide/security-access-control-overview); future grants and GRANT ON ALL give more than one object's
owner may think of (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege).
"""

from snowpact.model.names import spell
from snowpact.rules.context import Fault, Guard, Severities

ID = "grant-widened"
SEVERITY = Severities(evolution="WWWI", satisfaction="E")
ON = (Guard,)
AGREE = "agree it with the owner of the data"


def judge(guard, context):
    allowed = guard.before.allowed
    if allowed is None:
        return
    if not context.evolution:
        yield from _given(guard, allowed)
    elif guard.after.allowed is None:
        yield Fault(f"{guard.name} is not promised any more to be closed to others", AGREE, cause=guard.cause)
    else:
        for privilege, role in sorted(guard.after.allowed - allowed):
            told = f"{privilege} on {guard.name} is promised to role {spell(role)} too, and access was closed"
            yield Fault(told, AGREE, cause=guard.cause)


def _given(guard, allowed):
    owners = {role for privilege, role in guard.after.grants if privilege == "OWNERSHIP"}
    given = [f"{privilege} to role {spell(role)}" for privilege, role in guard.after.grants - allowed if role not in owners]
    for entry in sorted([*given, *guard.after.others]):
        privilege, _, grantee = entry.partition(" to ")
        yield Fault(
            f"{privilege} on {guard.name} is granted to {grantee}, and access is closed to all but the promised grants",
            f"REVOKE {privilege} ON {guard.name} FROM {grantee}",
            cause=guard.cause,
        )
