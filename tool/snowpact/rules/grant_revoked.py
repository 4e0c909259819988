"""A role no longer has a privilege that it was promised.

Instead: grant it in the same change; CREATE OR REPLACE drops the grants of what it replaces, COPY GRANTS keeps them.
Why: without the privilege the object does not exist for that role: 002003, at the consumer's next query
(https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege, https://docs.snowflake.com/en/sql-reference/sql/create-table).
"""

from snowpact.model.names import spell
from snowpact.rules.context import Fault, Guard, Severities

ID = "grant-revoked"
SEVERITY = Severities(evolution="IEEW", satisfaction="E")
ON = (Guard,)


def judge(guard, context):
    for privilege, role in sorted(guard.before.grants):
        if (privilege, role) in guard.after.grants or ("OWNERSHIP", role) in guard.after.grants:
            continue
        granted = f"{privilege} on {guard.name} to role {spell(role)}"
        told = f"{granted} is not promised any more" if context.evolution else f"nothing grants {granted}"
        yield Fault(told, f"GRANT {granted}", cause=guard.cause)
