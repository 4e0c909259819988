"""An object is of another kind: a table became a view, a view a dynamic table.

Instead: say the new kind in the contract with a new version, after asking who writes to it, streams it or travels in its time.
Why: kinds differ in what one may do with them: INSERT into a view fails, a stream on it needs change tracking, a dynamic table has a
lag, a view has no Time Travel (https://docs.snowflake.com/en/sql-reference/sql/create-view).
"""

from snowpact.model.change import ReplaceObject
from snowpact.rules.context import Fault, Severities

ID = "object-kind-changed"
SEVERITY = Severities(evolution="WEEW", satisfaction="E", schema_drift="E")
ON = (ReplaceObject,)


def judge(change, context):
    before, after = change.before.kind, change.after.kind
    if before is after or (not context.schema_drift and _silent(change, context)):
        return
    if context.satisfaction:
        message = f"{change.object} is a {after}, promised as a {before}"
    else:
        message = f"{change.object} was a {before} and becomes a {after}"
    yield Fault(message, f"make it a {before} again, or promise a {after} in a new version of the contract")


def _silent(change, context):
    """Whether a contract names no kind: it takes any."""
    sides = (context.promises.get(change.object), context.now.get(change.object))
    return any(promise is not None and promise.kind is None for promise in sides)
