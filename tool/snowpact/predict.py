"""Prediction: what scripts would make, told from their text alone, and whether that keeps every promise.

Nothing is run. What replay can't tell is said: a statement that is opaque is a warning, and a promise about what it may touch can't
be broken by what was not seen, so such a finding is a warning too, until a rehearsal settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from snowpact.contracts.contract import Contract
from snowpact.contracts.declare import declared
from snowpact.diff.net import Blame
from snowpact.freshness import effective_lags
from snowpact.gate import satisfaction
from snowpact.governed import NOT_MAPPED, Databases, governance
from snowpact.harmed import harmed, traced
from snowpact.mapped import as_there
from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.change import OpaqueChange
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.types import Certainty
from snowpact.prepare import PreparedScript
from snowpact.promised import promises
from snowpact.replay.replay import Input, Replayed, replay
from snowpact.replay.state import Seen, nothing_seen
from snowpact.rules import opaque_statement, statement_refused_by_snowflake
from snowpact.targets.protocol import Context

UNSEEN = frozenset(
    {"object-missing", "column-removed", "object-kind-changed", "protection-removed", "classification-lowered", "grant-revoked"}
)
"""Rules that find something missing, which an opaque statement may have made."""


def predict(
    scripts: Iterable[PreparedScript],
    contracts: Sequence[Contract] = (),
    start: Catalog | None = None,
    home: Context | None = None,
    seen: Seen = nothing_seen,
) -> Replayed:
    """Replay the scripts in order over ``start``, empty by default; each begins where the target's session does: ``home``.

    seen: whether ``start`` would hold an object, were there one; else one that is not in it may stand on the target, unknown to us."""
    return replay(_inputs(scripts, home), start, _assuming(contracts), seen)


def _inputs(scripts: Iterable[PreparedScript], home: Context | None) -> Iterator[Input]:
    for script in scripts:
        first = script.statements[0].source
        entered = [name for name in (home.database, home.schema) if name] if home else []
        if entered:
            kind = "SCHEMA" if len(entered) == 2 else "DATABASE"
            yield Input(f"USE {kind} {Name(tuple(entered)).sql}", first, first=True)
        for index, statement in enumerate(script.statements):
            yield Input(statement.text, statement.source, first=index == 0 and not entered, lead=statement.lead)


def _assuming(contracts: Sequence[Contract]):
    """An object that is altered and was never created starts from its contract, its types as good as unknown."""
    by_name = {item.name: item for item in declared(contracts)}

    def assumed(kind: Kind, name: Name) -> CatalogObject | None:
        item = by_name.get(name)
        if item is None or item.kind.domain != kind.domain:
            return None
        reason = "the object was never created here: this is what its contract says"
        columns = tuple(replace(column, certainty=Certainty.UNKNOWN, reason=reason, accepts=()) for column in item.columns)
        return replace(item, columns=columns)

    return assumed


def kept(contracts: Sequence[Contract], predicted: Replayed, databases: Databases = NOT_MAPPED) -> list[Finding]:
    """declared → predicted, and what the run broke that stands on something else: each finding with the statement that caused it.
    databases: see ``governance``."""
    after, promised = predicted.after, promises(contracts, evolving=False)
    lags = as_there(databases, effective_lags, after)
    found = satisfaction(declared(contracts, after), after, promised, Comparison.GATE, Blame(predicted.changes), lags)
    found += governance(promised, predicted, databases)
    opaque = predicted.opaque
    return [*traced((settled(finding, opaque) for finding in found), predicted), *harmed(predicted, promised)]


def settled(finding: Finding, opaque: Sequence[OpaqueChange]) -> Finding:
    """What an opaque statement may have made can't be called missing."""
    if finding.rule not in UNSEEN or finding.object is None:
        return finding
    cause = next((change for change in opaque if any(finding.object.within(name) for name in change.touches)), None)
    if cause is None:
        return finding
    message = f"{finding.message}, unless the statement at {cause.source} makes it"
    return replace(finding.lowered(Severity.WARNING), message=message)


def unsure(predicted: Catalog) -> list[dict[str, str | None]]:
    """The columns whose type the text does not tell exactly, and why: for a report's summary."""
    return [
        {
            "object": str(item.name),
            "column": column.name,
            "type": str(column.type),
            "certainty": column.certainty.value,
            "reason": column.reason,
        }
        for item in sorted(predicted.relations(), key=lambda one: one.name)
        for column in item.columns
        if column.certainty is not Certainty.EXACT
    ]


def untold(predicted: Replayed) -> list[Finding]:
    """What the text does not tell, and what Snowflake would refuse."""
    refused = [statement_refused_by_snowflake.finding(refusal.message, refusal.source) for refusal in predicted.refusals]
    opaque = [
        opaque_statement.finding(opening(change.statement), change.reason, change.source, change.touches, text=change.statement)
        for change in predicted.opaque
        if change.source is not None
    ]
    return [*refused, *opaque]


def opening(statement: str) -> str:
    """The first words of a statement: enough to recognise it by."""
    words = statement.split()
    return " ".join(words[:4]) + (" …" if len(words) > 4 else "")
