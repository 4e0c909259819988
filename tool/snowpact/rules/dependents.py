"""How every rule about dependents tells its fact: whose promise, which statement, by which path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from snowpact.model.broken import Broken
from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name
from snowpact.rules.context import Promise, Severities

MOST = 5
"""How many objects a message names."""


def told(
    rule: str,
    severity: Severities,
    broken: Broken,
    says: str,
    instead: str,
    promise: Promise | None = None,
    further: Sequence[Promise | Name] = (),
) -> Finding:
    """says: what happened to the object, in a few words. promise: the object's own; further: what stands on it and suffers with it, the
    promises of those that are promised. The severity is that of the promise's mode, of FULL where nothing was promised."""
    last = replace(broken.path[-1], column=None) if promise and promise.places and broken.column not in promise.places else broken.path[-1]
    more = [f"and {len(further) - MOST} more"] if len(further) > MOST else []
    with_it = f"; and with it {', '.join([*map(_name, further[:MOST]), *more])}" if further else ""
    return Finding(
        rule=rule,
        severity=severity.of(Comparison.EVOLUTION, promise.mode if promise else "FULL"),
        comparison=Comparison.GATE,
        message=f"{broken.kind} {broken.object} {says}: {broken.why}{with_it}",
        object=broken.object,
        column=last.column,
        source=broken.source,
        contract=promise.contract if promise else None,
        version=promise.version if promise else None,
        consumers=promise.consumers if promise else (),
        path=tuple(map(str, (*broken.path[:-1], last))),
        suggestion=instead,
    )


def _name(item: Promise | Name) -> str:
    return f"{item.name} (promised by {item.contract})" if isinstance(item, Promise) else str(item)
