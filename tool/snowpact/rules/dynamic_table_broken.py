"""A dynamic table whose next refresh fails, because what it reads was changed.

Instead: recreate the dynamic table in the same change, or drop a column only after nothing reads it.
Why: the refresh fails with "invalid identifier", the table keeps its old rows and silently stops being fresh, and five failures in a row
suspend it (https://docs.snowflake.com/en/user-guide/dynamic-tables/modify). Whatever stands on it gets old too. An error in every mode.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "dynamic-table-broken"
SEVERITY = Severities(evolution="E!")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "recreate the dynamic table in the same change, or drop the column after the dynamic table stopped reading it"
    return told(ID, SEVERITY, broken, "can't be refreshed any more", instead, promise, further)
