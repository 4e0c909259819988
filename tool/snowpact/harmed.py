"""What a run broke that stands on something else → Findings, each with the promise it breaks and the path there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from snowpact.model.broken import Broken, Harm
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.change import OpaqueChange
from snowpact.model.finding import Finding, Severity
from snowpact.model.names import Name
from snowpact.replay.replay import Replayed
from snowpact.rules import (
    change_tracking_lost,
    dynamic_table_broken,
    dynamic_table_reinitialized,
    stream_offset_lost,
    task_or_pipe_broken,
    view_broken,
)
from snowpact.rules.context import Promise

_RULES = {
    (Harm.BROKEN, Kind.VIEW): view_broken,
    (Harm.BROKEN, Kind.MATERIALIZED_VIEW): view_broken,
    (Harm.BROKEN, Kind.DYNAMIC_TABLE): dynamic_table_broken,
    (Harm.BROKEN, Kind.TASK): task_or_pipe_broken,
    (Harm.BROKEN, Kind.PIPE): task_or_pipe_broken,
    (Harm.REINITIALIZED, Kind.DYNAMIC_TABLE): dynamic_table_reinitialized,
    (Harm.OFFSET_LOST, Kind.STREAM): stream_offset_lost,
    (Harm.TRACKING_LOST, Kind.STREAM): change_tracking_lost,
    (Harm.TRACKING_LOST, Kind.DYNAMIC_TABLE): change_tracking_lost,
}


def harmed(predicted: Replayed, promises: Iterable[Promise]) -> list[Finding]:
    """A finding for everything that is broken itself, and for everything promised that is broken with it."""
    promised = {promise.name: promise for promise in promises}
    dead = {item.key for item in predicted.broken if item.harm is Harm.BROKEN}
    further = _further(predicted.broken, promised)
    opaque = _Opaque(predicted)
    found: list[Finding] = []
    for item in predicted.broken:
        promise = promised.get(item.object) if item.kind in RELATIONS else None
        if (item.inherited and promise is None) or (item.harm is Harm.REINITIALIZED and item.key in dead):
            continue
        finding = _RULES[item.harm, item.kind].finding(item, promise, () if item.inherited else further.get(item.object, ()))
        found.append(opaque.doubted(finding, item))
    return found


def _further(broken: Iterable[Broken], promised: Mapping[Name, Promise]) -> dict[Name, list[Promise | Name]]:
    """What is broken with each object: what is promised first."""
    found: dict[Name, list[Promise | Name]] = {}
    for item in sorted(broken, key=lambda one: (one.object not in promised, one.object)):
        if item.inherited:
            for step in item.path[:-1]:
                found.setdefault(step.object, []).append(promised.get(item.object, item.object))
    return found


class _Opaque:
    """The opaque statements of a run, which may have mended what came before them."""

    def __init__(self, predicted: Replayed):
        self._places = {id(change): index for index, change in enumerate(predicted.changes)}
        self._changes = [(index, change) for index, change in enumerate(predicted.changes) if isinstance(change, OpaqueChange)]

    def doubted(self, finding: Finding, item: Broken) -> Finding:
        since = self._places.get(id(item.by), 0)
        mended = next((change for index, change in self._changes if index > since and _touches(change, item)), None)
        if mended is None:
            return finding
        message = f"{finding.message}, unless the statement at {mended.source} mends it"
        return replace(finding.lowered(Severity.WARNING), message=message)


def _touches(change: OpaqueChange, item: Broken) -> bool:
    return any(step.object.within(name) for name in change.touches for step in item.path)


def traced(findings: Iterable[Finding], predicted: Replayed) -> Iterator[Finding]:
    """Findings about columns that followed a change further down, with the path from there."""
    for finding in findings:
        steps = predicted.evolved.get((finding.object, finding.column)) if finding.object and finding.column else None
        yield replace(finding, path=tuple(map(str, steps))) if steps and len(steps) > 1 else finding
