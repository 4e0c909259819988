"""An object stands in a managed schema, and no migration made it and no contract declares it.

Instead: bring it into a migration, move it out of the schema, or add its name to the ignore globs of snowpact.toml.
Why: what only one account has is lost at the next fresh install, and names clash when a migration creates it.
"""

from snowpact.model.change import CreateObject
from snowpact.rules.context import Fault, Severities

ID = "object-unmanaged"
SEVERITY = Severities(schema_drift="I")
ON = (CreateObject,)


def judge(change, context):
    yield Fault(f"{change.kind} {change.object} was made by no migration", "bring it into a migration, or ignore it in snowpact.toml")
