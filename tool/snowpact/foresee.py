"""What the pending scripts would make of a target: predicted from their text, and rehearsed where the text does not tell it.

Prediction starts from what is live. Where a statement is opaque, a type unknown, or prediction would refuse a statement, the scripts run
on a throw-away engine in the target's state, and what was run counts: it is surer than what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from snowpact.connect import beside
from snowpact.diff.compare import compare
from snowpact.diff.net import Blame
from snowpact.gate import unfolded
from snowpact.governed import Placed, governance_after, live_governance
from snowpact.harmed import harmed
from snowpact.judging import Judging
from snowpact.mapped import back
from snowpact.migrations.ledger import Ledger
from snowpact.model.catalog import Catalog
from snowpact.model.change import Change
from snowpact.model.errors import StatementError
from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import spell
from snowpact.model.types import Certainty
from snowpact.outset import Outset, outset
from snowpact.predict import opening, predict, settled
from snowpact.prepare import Prepared, PreparedScript
from snowpact.promised import promises
from snowpact.rehearse import Refusal, Rehearsal, Scratch, rehearse
from snowpact.replay.replay import Replayed
from snowpact.rules import opaque_statement, prediction_differs, statement_refused_by_snowflake
from snowpact.standing import Say, Standing, compared, home, ledgers, mapped, starting
from snowpact.targets.inspect.visible import comparable
from snowpact.upgrade import contrasted


@dataclass(frozen=True, slots=True)
class Foreseen:
    """In the contracts' names. findings: what the text does not tell, what Snowflake would refuse, and what breaks with what it stands on.
    governed: how what is promised to be masked, tagged or granted is looked after afterwards, and governed_before, as it is; looked_at: the
    objects and columns about which that tells.

    start: what prediction started from, in the target's names; None where nothing is pending.
    rehearsed: why the scripts were run on a throw-away engine; None where prediction told all.
    """

    live: Catalog
    after: Catalog
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    rehearsed: str | None = None
    governed: tuple[Finding, ...] = ()
    governed_before: tuple[Finding, ...] = ()
    looked_at: frozenset[Placed] = frozenset()
    start: Catalog | None = None


def foresee(found: Standing, todo: Sequence[PreparedScript], judging: Judging) -> Foreseen:
    """Predict, and rehearse where that is not enough or where it is asked for."""
    start = outset(found, todo, judging.say)
    predicted = predict(todo, found.prepared.contracts, start.catalog, home(found), start.sight)
    reason = found.prepared.redact("as asked" if judging.rehearse else untold_by(predicted) or "")
    engine = _engine(found, judging.say) if reason else None
    if engine is None:
        return _guarded(found, start, predicted, _as_predicted(found, start, predicted, blind=judging.adopting))
    judging.say(f"rehearsing {reason}")
    with engine:
        _make_ledgers(found, todo, engine)
        rehearsal = rehearse(engine, todo, judging.progress, home(found))
    seen = _guarded(found, start, predicted, _as_rehearsed(found, start, predicted, rehearsal, reason, blind=judging.adopting))
    return replace(seen, findings=(*seen.findings, *_differing(found, predicted, rehearsal))) if judging.rehearse else seen


def _guarded(found: Standing, start: Outset, predicted: Replayed, seen: Foreseen) -> Foreseen:
    """With how things are looked after, before and after."""
    databases, own = found.config.databases, promises(found.prepared.contracts, evolving=False)
    live, told = mapped(databases, start.seen), back(databases, predicted)
    opaque = told.opaque
    after, looked_at = governance_after(own, live, told, databases)
    before = live_governance(own, live, databases, Comparison.GATE)
    return replace(
        seen,
        governed=tuple(settled(finding, opaque) for finding in after),
        governed_before=tuple(before),
        looked_at=looked_at,
        start=start.catalog,
    )


def untold_by(predicted: Replayed) -> str | None:
    """Why prediction is not enough; None where it is."""
    if predicted.opaque:
        change = predicted.opaque[0]
        return f"since {change.source} is opaque: {opening(change.statement)}: {change.reason}"
    if predicted.refusals:
        refusal = predicted.refusals[0]
        return f"since Snowflake would refuse {refusal.source}: {refusal.message}"
    return _unknown(predicted)


def _unknown(predicted: Replayed) -> str | None:
    """A column that the run made and whose type nobody knows."""
    for item in predicted.after.relations():
        if predicted.before.objects.get(item.key) is item:
            continue
        for column in item.columns:
            if column.certainty is Certainty.UNKNOWN:
                return f"since the type of {item.name}.{spell(column.name)} is unknown: {column.reason}"
    return None


def _engine(found: Standing, say: Say) -> Scratch | None:
    """None where the applied scripts don't run on the embedded engine: there is nothing to rehearse on then."""
    try:
        return starting(found, say)
    except StatementError as error:
        say(str(error))
        return None


def _as_predicted(found: Standing, start: Outset, predicted: Replayed, blind: bool) -> Foreseen:
    databases, prepared = found.config.databases, found.prepared
    told = back(databases, predicted)
    refused = (Refusal(one.source, one.statement, one.message, ours=False) for one in predicted.refusals)
    opaque = (Refusal(one.source, one.statement, one.reason, ours=True) for one in predicted.opaque)
    return Foreseen(
        back(databases, start.seen.catalog),
        compared(told.after),
        told.changes,
        (*_refused((*refused, *opaque), prepared, blind), *harmed(told, promises(prepared.contracts, evolving=False))),
    )


def _as_rehearsed(found: Standing, start: Outset, predicted: Replayed, rehearsal: Rehearsal, reason: str, blind: bool) -> Foreseen:
    databases, prepared = found.config.databases, found.prepared
    told = back(databases, predicted)
    return Foreseen(
        back(databases, start.seen.catalog),
        compared(back(databases, rehearsal.after)),
        back(databases, _intended(predicted, rehearsal)),
        (*_refused(rehearsal.refusals, prepared, blind), *harmed(told, promises(prepared.contracts, evolving=False))),
        reason,
    )


def _intended(predicted: Replayed, rehearsal: Rehearsal) -> tuple[Change, ...]:
    """The journal as the statements meant it: replay tells a rename from a column that went and one that came. Only where replay ends
    where the rehearsal ended."""
    if rehearsal.refusals or predicted.opaque:
        return rehearsal.changes
    return rehearsal.changes if _differences(predicted, rehearsal) else predicted.changes


def _differences(predicted: Replayed, rehearsal: Rehearsal) -> list[Change]:
    return compare(*comparable(compared(predicted.after), compared(rehearsal.after)))


def _differing(found: Standing, predicted: Replayed, rehearsal: Rehearsal) -> list[Finding]:
    """Where the two end differently, save for what an opaque statement may have made, for what came after one that was refused, and for
    the ledgers: prediction makes those alone that apply would write."""
    touched = [name for change in predicted.opaque for name in change.touches]
    if predicted.refusals or rehearsal.refusals:
        return []
    hidden = ledgers(found)
    differing = [change for change in _differences(predicted, rehearsal) if change.object not in hidden]
    seen = [change for change in differing if not any(change.object.within(name) for name in touched)]
    told = contrasted(back(found.config.databases, tuple(unfolded(seen))), "the prediction")
    blame = Blame(back(found.config.databases, rehearsal.changes))
    return [prediction_differs.finding(name, what, blame.of(name)) for name, what in told]


def _make_ledgers(found: Standing, todo: Sequence[PreparedScript], engine: Scratch) -> None:
    """As apply does before the first script: what a script does to its own ledger is seen on a first run too.

    In a session of its own: CREATE DATABASE would leave the scripts' session there, and Snowflake has no way back to nowhere.
    """
    running = {script.script.pipeline for script in todo}
    with beside(engine) as session:
        for item in found.prepared.chosen:
            if item.name in running:
                Ledger(session, item.ledger, create_database=True).ensure()


def _refused(refusals: Iterable[Refusal], prepared: Prepared, blind: bool) -> Iterable[Finding]:
    for refusal in refusals:
        message = prepared.redact(refusal.message)
        if refusal.ours:
            yield opaque_statement.finding(prepared.redact(opening(refusal.statement)), message, refusal.source, blind=blind)
        else:
            yield statement_refused_by_snowflake.finding(message, refusal.source)
