"""Change tracking was taken off what a stream or dynamic table reads.

Instead: keep `CHANGE_TRACKING = TRUE` for as long as a stream or an incremental dynamic table reads the object.
Why: without it there are no changes to read, and turning it on again may give rows other ids
(https://docs.snowflake.com/en/user-guide/streams-intro): changes are missed, or delivered twice.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "change-tracking-lost"
SEVERITY = Severities(evolution="WEEW")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "keep CHANGE_TRACKING on for as long as a stream or dynamic table reads the object"
    return told(ID, SEVERITY, broken, "loses the changes that it reads", instead, promise, further)
