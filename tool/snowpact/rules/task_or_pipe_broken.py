"""A task or pipe whose statement names something that is gone.

Instead: alter the task (`MODIFY AS`) or recreate the pipe in the same change.
Why: names in it are looked up when it runs (https://docs.snowflake.com/en/sql-reference/sql/create-task): the migration succeeds, and
hours later the run fails, or files pile up unloaded, where nobody looks.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "task-or-pipe-broken"
SEVERITY = Severities(evolution="EEEW")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "alter the task or recreate the pipe in the same change"
    return told(ID, SEVERITY, broken, "fails at its next run", instead, promise, further)
