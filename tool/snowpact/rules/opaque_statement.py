"""A statement whose effect is not known before it runs.

A CALL, EXECUTE IMMEDIATE of computed text, or what only our engine lacks. It may touch what it names, else its whole database.
It may also hold a variable of the environment that `contracts check` did not read.
Instead: say what it touches, `-- snowpact: touches DB.SCHEMA.OBJECT` (or `none`); or write its DDL as plain statements.
Why: a promise that was not looked at is not kept. A warning in check; an error in an apply that did not rehearse it.
"""

import re
from collections.abc import Sequence

from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Severities

ID = "opaque-statement"
SEVERITY = Severities(always="W")
UNREAD = re.compile(r"<env (\w+)>")
"""What rendering leaves of a variable of the environment that it may not read."""
_SAY = "say what it touches (-- snowpact: touches DB.SCHEMA.OBJECT, or none), or write plain DDL"


def finding(statement: str, reason: str, source: Source, touches: Sequence[Name] = (), blind: bool = False, text: str = "") -> Finding:
    """statement: as it is shown; text: the whole of it, where replayed alone. blind: it is about to be applied and was not rehearsed."""
    unread = UNREAD.search(text)
    where = f"; it may touch {', '.join(map(str, touches))}" if touches else ""
    return Finding(
        rule=ID,
        severity=Severity.ERROR if blind else SEVERITY.of(Comparison.GATE),
        comparison=Comparison.GATE,
        message=f"{statement}: {reason}{where}",
        object=touches[0] if len(touches) == 1 else None,
        source=source,
        suggestion=f"let the check read it (--allow-env {unread[1]}), or give the value in vars of snowpact.toml" if unread else _SAY,
    )
