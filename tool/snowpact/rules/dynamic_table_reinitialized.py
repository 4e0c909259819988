"""A dynamic table that will compute all its rows anew.

Instead: alter what it reads in place (`CREATE OR ALTER TABLE`, `ALTER TABLE`) rather than replacing it; replace a dynamic table only to
change it.
Why: CREATE OR REPLACE of a table, view or dynamic table below, even an identical one, takes its history, so the next refresh is a full
one (https://docs.snowflake.com/en/user-guide/dynamic-tables/modify): it costs, and rows that were kept after they left the source go.
"""

from collections.abc import Sequence

from snowpact.model.broken import Broken
from snowpact.model.finding import Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities
from snowpact.rules.dependents import told

ID = "dynamic-table-reinitialized"
SEVERITY = Severities(evolution="WWWI")


def finding(broken: Broken, promise: Promise | None = None, further: Sequence[Promise | Name] = ()) -> Finding:
    """promise: the object's own; further: what stands on it and suffers with it."""
    instead = "alter the table in place (CREATE OR ALTER, ALTER) rather than replacing it"
    return told(ID, SEVERITY, broken, "starts anew with its next refresh", instead, promise, further)
