"""The gate: two catalogs and what was promised → Findings → Verdict.

The four comparisons of the design are three functions here: ``satisfaction`` (gate and contract-drift), ``schema_drift`` and
``evolution``. ``decide`` applies waivers, lowers what stood before, and gives the verdict. No files, no connections: whoever
calls brings the catalogs, with a target's ``databases`` already mapped back to the contracts' names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from snowpact.diff.compare import compare, inside, likely_renames
from snowpact.diff.net import Blame, blamed_on
from snowpact.diff.shapes import shape_changes, told_inside
from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.change import (
    Change,
    ChangeType,
    CreateObject,
    DropColumn,
    DropObject,
    RenameColumn,
    RenameObject,
    ReplaceObject,
    TypeState,
)
from snowpact.model.finding import Comparison, Finding, Severity, Waiver
from snowpact.model.names import Name, NameSyntaxError, fold, spell
from snowpact.model.report import Verdict
from snowpact.model.shape import Schema
from snowpact.model.source import Source
from snowpact.model.types import Certainty
from snowpact.model.version import Version
from snowpact.rules.context import NO_CARE, Context, Guard, Promise, Succession, nobody_to_blame
from snowpact.rules.judge import judge

CONTAINERS = (Kind.DATABASE, Kind.SCHEMA)
OF_THE_FILE = frozenset({"version-bump-too-small", "mode-loosened-with-break", "removed-before-sunset"})
"""Rules about how a promise is changed: that its day has passed excuses the change, not its manner."""


def satisfaction(
    declared: Catalog,
    actual: Catalog,
    promises: Iterable[Promise],
    comparison: Comparison = Comparison.GATE,
    blame: Blame | None = None,
    lags: Mapping[Name, str] | None = None,
) -> list[Finding]:
    """Whether ``actual``, predicted or live, keeps every promise. Knows no mode; looks at promised objects alone."""
    by_name = {promise.name: promise for promise in promises}
    promised = Catalog({key: actual.objects[key] for key in declared.objects if key in actual.objects})
    changes = [*unfolded(compare(declared, promised)), *_kept(declared, promised)]
    context = Context(
        comparison=comparison,
        before=declared,
        after=promised,
        promises=by_name,
        now=by_name,
        blame=_blaming(blame),
        lags=lags or {},
        renamed=_renamed(changes, blame) if blame else {},
        likely=_likely(changes, declared, promised),
        moved=_moved(changes, blame) if blame else {},
    )
    return judge([*changes, *(by_name[name] for name in sorted(by_name))], context)


def schema_drift(
    predicted: Catalog,
    live: Catalog,
    promises: Iterable[Promise] = (),
    declared: Catalog | None = None,
    ignore: Sequence[str] = (),
) -> list[Finding]:
    """Whether somebody changed by hand what migrations made. ``ignore``: globs of names that may stand there unmanaged.

    Looks into the databases and schemas that ``predicted`` holds or contracts declare; elsewhere anybody may do as they like.
    """
    by_name = {promise.name: promise for promise in promises}
    known = declared.objects if declared is not None else {}
    places = {item.name for item in predicted if item.kind in CONTAINERS}
    places |= {name.parent for _, name in (*predicted.objects, *known) if name.parent}
    seen = {
        key: item
        for key, item in live.objects.items()
        if key in predicted.objects or (item.name.parent in places and key not in known and not _ignored(item, ignore))
    }
    changes = list(unfolded(compare(predicted, Catalog(seen))))
    context = Context(
        comparison=Comparison.SCHEMA_DRIFT,
        before=predicted,
        after=Catalog(seen),
        promises=by_name,
        now=by_name,
        likely=_likely(changes, predicted, Catalog(seen)),
    )
    return judge(_innermost(changes), context)


def evolution(
    base: Catalog,
    head: Catalog,
    before: Iterable[Promise],
    now: Iterable[Promise],
    as_of: date | None = None,
    also: Iterable[Finding] = (),
    earlier: bool = False,
) -> list[Finding]:
    """Whether the head's contracts keep what the base's promised, by the mode each was promised in.

    A contract file that names another object than at the base tells of a rename; without it there is a removal and an addition.
    What was announced and whose day has passed is information in a new major version. also: what another judge found between the two,
    which counts as well. earlier: the base is a version before the last one, of which the contract's own rules (its number, its
    removal) don't speak.
    """
    old, new = ({promise.name: promise for promise in promises} for promises in (before, now))
    moved = {
        old_name: new_name
        for old_name, new_name in _same_file(old, new)
        if base.relation(old_name) and head.relation(new_name) and not head.relation(old_name) and not base.relation(new_name)
    }
    renames = [RenameObject(kind=base.relation(name).kind, object=name, to=to) for name, to in sorted(moved.items())]
    followed = Catalog.of(replace(item, name=moved.get(item.name, item.name)) for item in base)
    promised = {moved.get(name, name): promise for name, promise in old.items()} | {name: old[name] for name in moved}
    shapes = {name: (promised[name].schema, promise.schema) for name, promise in new.items() if name in promised}
    changes = [*_inside(compare(followed, head), shapes), *_shapes(followed, shapes)]
    context = Context(
        comparison=Comparison.EVOLUTION,
        before=followed,
        after=head,
        promises=promised,
        now=new,
        likely=_likely(changes, followed, head),
        **({"as_of": as_of} if as_of else {}),
    )
    subjects = [*renames, *changes, *_cared(promised, new), *(new[name] for name in sorted(new))]
    found = [*judge(subjects, context), *also]
    pairs = [(promise, new.get(moved.get(name, name))) for name, promise in sorted(old.items())]
    return found if earlier else _succeeded(found, pairs, context)


def _cared(promised: Mapping[Name, Promise], now: Mapping[Name, Promise]) -> Iterator[Guard]:
    """What both sides promise, as the one and as the other looks after it."""
    for name in sorted(promised.keys() & now.keys()):
        before, after = promised[name], now[name]
        for column in sorted(before.care.keys() | after.care.keys(), key=str):
            if column in before.places and column in after.places:
                yield Guard(name, column, before.care.get(column, NO_CARE), after.care.get(column, NO_CARE))


def protection(
    guards: Iterable[Guard],
    promises: Iterable[Promise],
    blame: Callable[[Change], Source | None] = nobody_to_blame,
    comparison: Comparison = Comparison.GATE,
) -> list[Finding]:
    """Whether what is promised is looked after as promised: masked, tagged, granted."""
    by_name = {promise.name: promise for promise in promises}
    nothing = Catalog()
    context = Context(comparison=comparison, before=nothing, after=nothing, promises=by_name, now=by_name, blame=blame)
    return judge(guards, context)


Shapes = Mapping[Name, tuple[Schema | None, Schema | None]]


def _inside(changes: Iterable[Change], shapes: Shapes) -> Iterator[Change]:
    """The changes without those of a column's type that its shapes tell key by key."""
    for change in unfolded(changes):
        before, after = shapes.get(change.object, (None, None))
        if not (isinstance(change, ChangeType) and before and after and told_inside(change.column, before, after)):
            yield change


def _shapes(before: Catalog, shapes: Shapes) -> Iterator[Change]:
    for name, (old, new) in shapes.items():
        item = before.relation(name)
        if item is not None and old is not None and new is not None:
            yield from shape_changes(item, old, new)


def _succeeded(findings: Sequence[Finding], pairs: Sequence[tuple[Promise, Promise | None]], context: Context) -> list[Finding]:
    """The findings, those about the contracts themselves included, and what was announced told as such."""
    pair_of = {promise.name: pair for pair in pairs for promise in pair if promise is not None}
    breaks: dict[Name, list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.ERROR and finding.object in pair_of:
            breaks.setdefault(pair_of[finding.object][0].name, []).append(finding)

    def announced(finding: Finding) -> bool:
        return finding.object in pair_of and _announced(finding, *pair_of[finding.object], context.as_of)

    successions = []
    for before, after in pairs:
        found = breaks.get(before.name, ())
        excused = tuple(_in_words(finding) for finding in found if announced(finding))
        successions.append(Succession(before, after, tuple(map(_in_words, found)), excused))
    own = judge(successions, context)
    gone = {finding.object for finding in own if finding.rule == "contract-removed"}
    told = [finding for finding in (*findings, *own) if finding.rule != "object-removed" or finding.object not in gone]
    kept = [_as_announced(finding, pair_of[finding.object][0]) if announced(finding) else finding for finding in told]
    return sorted(kept, key=Finding.sort_key)


def _announced(finding: Finding, before: Promise, after: Promise | None, as_of: date) -> bool:
    """Whether the change was announced, its day has passed, and the version says that it is a break. What is gone has no version."""
    sunset = before.sunset(finding.column)
    if sunset is None or sunset >= as_of or finding.rule in OF_THE_FILE:
        return False
    return after is None or Version.of(after.version).major > Version.of(before.version).major


def _as_announced(finding: Finding, before: Promise) -> Finding:
    message = f"{finding.message}, as announced: it was to stay until {before.sunset(finding.column)}"
    return replace(finding.lowered(Severity.INFO), message=message)


def _in_words(finding: Finding) -> str:
    return f"{finding.rule} of {spell(finding.column)}" if finding.column else finding.rule


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says. unused and expired are waivers that covered nothing, or would have; used were needed."""

    findings: tuple[Finding, ...]
    verdict: Verdict
    used: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()


def decide(
    findings: Iterable[Finding],
    fail_on: Severity = Severity.ERROR,
    waivers: Iterable[Waiver] = (),
    standing: Iterable[Finding] = (),
    as_of: date | None = None,
) -> Decision:
    """The verdict over findings, once each. What is also among ``standing`` was there before the change that is judged: it is not
    introduced, and a warning at most. A waiver covers until the end of its day, judged ``as_of`` (today by default)."""
    today = as_of or date.today()
    there = {finding.identity for finding in standing}
    waivers = tuple(waivers)
    used: list[Waiver] = []
    decided: list[Finding] = []
    for finding in dict.fromkeys(findings):
        if finding.identity in there or not finding.introduced:
            finding = replace(finding.lowered(Severity.WARNING), introduced=False)
        covering = [waiver for waiver in waivers if _covers(waiver, finding)]
        used.extend(covering)
        valid = next((waiver for waiver in covering if waiver.until >= today), None)
        if valid is not None:
            finding = replace(finding, waiver=f"{valid.who}: {valid.why} (until {valid.until})")
        decided.append(finding)
    decided.sort(key=Finding.sort_key)
    return Decision(
        tuple(decided),
        Verdict.of(decided, fail_on),
        tuple(waiver for waiver in waivers if waiver in used and waiver.until >= today),
        tuple(waiver for waiver in waivers if waiver not in used),
        tuple(waiver for waiver in waivers if waiver.until < today),
    )


def _covers(waiver: Waiver, finding: Finding) -> bool:
    if waiver.rule != finding.rule or finding.object is None:
        return False
    try:
        named = Name.parse(waiver.object) == finding.object
        column = fold(waiver.column) if waiver.column is not None else None
    except NameSyntaxError:
        return False
    return named and column in (None, finding.column)


def unfolded(changes: Iterable[Change]) -> Iterator[Change]:
    """Each change; behind a replacement also what differs within, by the same statement: a promise is about columns too."""
    for change in changes:
        yield change
        if isinstance(change, ReplaceObject):
            after = replace(change.after, name=change.before.name)
            yield from (replace(inner, source=change.source) for inner in inside(change.before, after))


def _kept(declared: Catalog, actual: Catalog) -> Iterator[Change]:
    """Columns that are just as declared, told as a change into the same type: whoever judges a promise of several types sees
    every column that was promised so, not only those that differ from the type which stands for it."""
    for key, item in declared.objects.items():
        found = actual.objects.get(key)
        there = {column.name: column for column in found.columns} if found else {}
        for column in item.columns:
            other = there.get(column.name)
            if other is not None and (column.accepts or column.certainty is not Certainty.EXACT):
                before, after = (TypeState(side.type, side.certainty, side.reason) for side in (column, other))
                if before == after:
                    yield ChangeType(kind=item.kind, object=item.name, column=column.name, before=before, after=after)


def _blaming(blame: Blame | None) -> Callable[[Change], Source | None]:
    if blame is None:
        return nobody_to_blame
    return lambda change: change.source or blame.of(change.object, change.column_name, *blamed_on(change), domain=change.kind.domain)


def _likely(changes: Iterable[Change], before: Catalog, after: Catalog) -> dict[tuple[Name, str], str]:
    """What missing columns look to have become."""
    keys = {(change.kind.domain, change.object) for change in changes if isinstance(change, DropColumn)}
    both = [(before.objects[key], after.objects[key]) for key in keys if key in after.objects]
    return {(old.name, column): becomes for old, new in both for column, becomes in likely_renames(old, new).items()}


def _renamed(changes: Iterable[Change], blame: Blame) -> dict[tuple[Name, str], str]:
    """What the journal's statements made of missing columns."""
    found: dict[tuple[Name, str], str] = {}
    for change in changes:
        if isinstance(change, DropColumn):
            cause = blame.change(change.object, change.column.name, *blamed_on(change), domain=change.kind.domain)
            if isinstance(cause, RenameColumn) and cause.column == change.column.name:
                found[change.object, change.column.name] = cause.to
    return found


def _moved(changes: Iterable[Change], blame: Blame) -> dict[Name, DropObject | RenameObject]:
    """The statements that renamed missing objects, or dropped or renamed what held them."""
    found: dict[Name, DropObject | RenameObject] = {}
    for change in changes:
        if isinstance(change, DropObject):
            cause = blame.change(change.object, domain=change.kind.domain)
            if isinstance(cause, RenameObject) or (isinstance(cause, DropObject) and cause.object != change.object):
                found[change.object] = cause
    return found


def _innermost(changes: Sequence[Change]) -> Iterator[Change]:
    """Without what merely went or came with its database or schema: that one finding says it."""
    gone = {change.object for change in changes if isinstance(change, DropObject) and change.kind in CONTAINERS}
    came = {change.object for change in changes if isinstance(change, CreateObject) and change.kind in CONTAINERS}
    for change in changes:
        containers = gone if isinstance(change, DropObject) else came if isinstance(change, CreateObject) else ()
        if not any(change.object != name and change.object.within(name) for name in containers):
            yield change


def _same_file(old: Mapping[Name, Promise], new: Mapping[Name, Promise]) -> Iterator[tuple[Name, Name]]:
    files = {promise.contract: name for name, promise in new.items()}
    for name, promise in old.items():
        if files.get(promise.contract, name) != name:
            yield name, files[promise.contract]


def _ignored(item: CatalogObject, globs: Sequence[str]) -> bool:
    """INFORMATION_SCHEMA and PUBLIC are in every database that was ever made; globs match the name without quotes."""
    if item.kind is Kind.SCHEMA and item.name.name in ("INFORMATION_SCHEMA", "PUBLIC"):
        return True
    return any(fnmatchcase(".".join(item.name.parts), glob) for glob in globs)
