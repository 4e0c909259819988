"""What a statement says of itself: ``-- snowpact: touches A.B.C, D.E``, or ``none``.

The comment stands in the statement or right before it, and narrows what an opaque statement may have touched; a rehearsal holds it to
its word.
"""

from __future__ import annotations

import re

from snowpact.model.names import Name, NameSyntaxError

_TOUCHES = re.compile(r"--\s*snowpact:\s*touches\s+(?P<names>[^\n]+)", re.IGNORECASE)


def narrowed(text: str) -> tuple[Name, ...] | None:
    """What the text says it touches; None where it says nothing, or nothing that can be read."""
    match = _TOUCHES.search(text)
    if match is None:
        return None
    named = match["names"].strip()
    try:
        return () if named.lower() == "none" else tuple(Name.parse(part) for part in named.split(","))
    except NameSyntaxError:
        return None
