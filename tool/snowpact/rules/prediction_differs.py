"""A rehearsal ended in another schema than the text of the migrations foretells.

`snowpact rehearse` runs what is pending on a throw-away embedded engine and compares. What a statement does that is opaque to prediction
is no such difference.
Instead: believe neither: try the statement on an account, and tell us which of the two is wrong.
Why: `contracts check` judges what is predicted; where prediction and engine disagree, one of them does not do what Snowflake does.
"""

from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "prediction-differs"
SEVERITY = Severities(always="W")


def finding(object: Name, what: str, source: Source | None = None) -> Finding:
    """what: how the prediction differs from the rehearsal, in words; source: the statement that last touched the object."""
    return Finding(
        rule=ID,
        severity=SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"the rehearsal ended elsewhere than the prediction: {what}",
        object=object,
        source=source,
        path=(str(object),),
        suggestion="try the statement on an account: prediction or the embedded engine is wrong",
    )
