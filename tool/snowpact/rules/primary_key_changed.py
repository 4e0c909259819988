"""Another primary key, or none.

Instead: keep the key; a new grain is a new table with a contract of its own.
Why: the key says what a row is. Standard tables do not enforce it (https://docs.snowflake.com/en/sql-reference/constraints-overview),
so only readers notice: joins multiply rows and MERGE fails on duplicates.
"""

from snowpact.model.change import AddConstraint, DropConstraint
from snowpact.rules.context import Fault, Severities

ID = "primary-key-changed"
SEVERITY = Severities(evolution="EEEW", satisfaction="E", schema_drift="E")
ON = (AddConstraint, DropConstraint)


def judge(change, context):
    if change.constraint.kind != "PRIMARY KEY" or not context.stored(change):
        return
    before, after = _key(context.old(change)), _key(context.new(change))
    if isinstance(change, AddConstraint) and (before is not None or context.satisfaction):
        return  # the drop beside it tells of the change; a key that nobody promised breaks nothing
    if context.satisfaction and _columns(before) == _columns(after):
        return
    was = "promised as" if context.satisfaction else "was"
    message = f"the primary key of {change.object} is {_columns(after)}, {was} {_columns(before)}"
    yield Fault(message, "keep the key, or promise a new object")


def _key(item):
    return next((constraint for constraint in item.constraints if constraint.kind == "PRIMARY KEY"), None) if item else None


def _columns(key):
    return f"({', '.join(key.columns)})" if key else "none"
