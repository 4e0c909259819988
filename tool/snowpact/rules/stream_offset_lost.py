"""A stream whose table was replaced, swapped or dropped under it.

Instead: alter the table in place; where it must be replaced, consume the stream first and recreate it in the same change.
Why: a stream follows its table's identity, not its name. CREATE OR REPLACE leaves it stale, and after DROP and CREATE it stays on what
was dropped (https://docs.snowflake.com/en/user-guide/streams-intro): changes that it had not delivered are lost. An error in every mode.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "stream-offset-lost"
SEVERITY = Severities(evolution="E!")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "alter the table in place; where it must be replaced, consume the stream first and recreate it in the same change"
    return told(ID, SEVERITY, broken, "loses its offset", instead, promise, further)
