"""An object is created anew under its old name.

Instead: ALTER it, or CREATE OR ALTER it; where it must be replaced, add COPY GRANTS and recreate the streams on it.
Why: CREATE OR REPLACE drops the old object: its Time Travel history ends, explicit grants are lost without COPY GRANTS, and every
stream on it goes stale (https://docs.snowflake.com/en/sql-reference/sql/create-table, https://docs.snowflake.com/en/user-guide/streams-intro).
"""

from snowpact.model.change import ReplaceObject
from snowpact.rules.context import Fault, Severities

ID = "object-replaced"
SEVERITY = Severities(evolution="WEEW")
ON = (ReplaceObject,)


def judge(change, context):
    if change.before.kind is change.after.kind:
        yield Fault(
            f"{change.object} is replaced as a whole: its grants, history and the streams on it are lost",
            "use ALTER or CREATE OR ALTER; else add COPY GRANTS and recreate the streams on it",
        )
