"""A view that can't be read any more, because what it reads was changed.

Instead: recreate the view in the same change; name its columns rather than writing `SELECT *`, and drop a column only after its readers.
Why: a view's column list is frozen at its creation (https://docs.snowflake.com/en/sql-reference/sql/create-view). A column that is
dropped or renamed below fails every SELECT, and under `SELECT *` so does one that is added: 002057, "declared 3 column(s), but view
query produces 4". Nothing tells of it when the table is altered: that succeeds.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "view-broken"
SEVERITY = Severities(evolution="IEEW")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "recreate the view in the same change, with its columns named instead of SELECT *"
    return told(ID, SEVERITY, broken, "can't be read any more", instead, promise, further)
