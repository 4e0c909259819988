"""A fresh install would end in another schema than an upgrade does.

An upgrade runs the new versions on what is there, and then the repeatable scripts that changed; a fresh install runs every version and
then every repeatable script. The gate judges the upgrade.
Instead: let a new version bring the object to what a fresh install makes, touch the repeatable script so that it runs again, or take an
edit of an old version back.
Why: a view keeps the columns that it had when it was created (https://docs.snowflake.com/en/sql-reference/sql/create-view): what was not
run again stays as it was, and a new environment is not what production is.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "fresh-install-differs"
SEVERITY = Severities(always="W")


def finding(object: Name, what: str, source: Source | None = None) -> Finding:
    """what: how the upgrade differs from the fresh install, in words; source: the statement that last touched the object."""
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"a fresh install would end elsewhere than the upgrade: {what}",
        object=object,
        source=source,
        path=(str(object),),
        suggestion="bring both to one end in a new version, or change the repeatable script so that it runs again",
    )
