"""`contracts check --explain FINDING`: what the statement to blame did, as replay sees it: its objects before and after.

Where no statement is to blame, the promise stands against what the migrations make. With a target, replay starts from what is live there
and what its ledger tells, and the statements are the pending ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import takewhile

from snowpact.contracts.declare import declared
from snowpact.mapped import back
from snowpact.model.catalog import Catalog, CatalogObject, Column, Kind
from snowpact.model.errors import InputError
from snowpact.model.finding import Finding
from snowpact.model.names import Name, NameSyntaxError, spell
from snowpact.predict import predict
from snowpact.prepare import Prepared, PreparedScript
from snowpact.targets.protocol import Context

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One object as lines of text; None where it does not exist."""

    name: Name
    before: Lines | None
    after: Lines | None


@dataclass(frozen=True, slots=True)
class Explained:
    """statement is the one to blame, None where none is: then before is what was promised, after what is made."""

    finding: Finding
    statement: str | None
    objects: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What replay starts from, and the scripts that it reads: nothing and all of them, or a target's catalog and what is pending there."""

    scripts: Sequence[PreparedScript]
    start: Catalog | None = None
    home: Context | None = None


def offline(prepared: Prepared) -> Ground:
    return Ground([script for item in prepared.pipelines for script in item.scripts])


def chosen(findings: Sequence[Finding], wanted: str) -> list[Finding]:
    """``RULE``, ``RULE:OBJECT`` or ``RULE:OBJECT.COLUMN``. Raises InputError naming what there is."""
    found = [finding for finding in findings if wanted in _names(finding)]
    if not found:
        there = ", ".join(dict.fromkeys(_names(finding)[-1] for finding in findings)) or "none"
        raise InputError(f"there is no finding {wanted!r}; there are: {there}")
    return found


def _names(finding: Finding) -> list[str]:
    names = [finding.rule]
    if finding.object is not None:
        names.append(f"{finding.rule}:{finding.object}")
        if finding.column is not None:
            names.append(f"{finding.rule}:{finding.object}.{spell(finding.column)}")
    return names


def explain(prepared: Prepared, findings: Iterable[Finding], ground: Ground) -> list[Explained]:
    return [_explained(prepared, finding, ground) for finding in findings]


def _explained(prepared: Prepared, finding: Finding, ground: Ground) -> Explained:
    blamed = next(
        (
            statement
            for script in ground.scripts
            for statement in script.statements
            if finding.source is not None and statement.source == finding.source
        ),
        None,
    )
    if blamed is None:
        promised = declared(prepared.contracts)
        return Explained(finding, None, tuple(_shown(finding, promised, _predicted(prepared, ground, ground.scripts), prepared.redact)))
    before, after = (_predicted(prepared, ground, _until(ground.scripts, blamed, through)) for through in (False, True))
    return Explained(finding, prepared.redact(blamed.text), tuple(_shown(finding, before, after, prepared.redact)))


def _predicted(prepared: Prepared, ground: Ground, scripts: Iterable[PreparedScript]) -> Catalog:
    return back(prepared.databases, predict(scripts, prepared.contracts, ground.start, ground.home).after)


def _until(scripts: Iterable[PreparedScript], last: object, through: bool) -> Iterator[PreparedScript]:
    """The scripts up to the statement, without it or with it."""
    for script in scripts:
        if last not in script.statements:
            yield script
            continue
        kept = tuple(takewhile(lambda statement: statement is not last, script.statements))
        kept += (last,) if through else ()
        if kept:
            yield PreparedScript(script.rendered, kept)
        return


def _shown(finding: Finding, before: Catalog, after: Catalog, redact: Callable[[str], str]) -> Iterator[Shown]:
    """What differs of the objects on the finding's path, the promised one in any case."""

    def told(item: CatalogObject | None) -> Lines | None:
        return tuple(map(redact, described(item))) if item is not None else None

    for name in _concerned(finding, before, after):
        sides = [next((item for item in catalog if item.name == name and item.kind is not Kind.STAGE), None) for catalog in (before, after)]
        if sides[0] != sides[1] or name == finding.object:
            yield Shown(name, *map(told, sides))


def _concerned(finding: Finding, before: Catalog, after: Catalog) -> list[Name]:
    """The objects that the path leads through, and what else the statement changed."""
    changed = [key[1] for key in {**before.objects, **after.objects} if before.objects.get(key) != after.objects.get(key)]
    on_path = []
    for step in finding.path:
        try:
            on_path.append(Name(Name.parse(step).parts[:3]))
        except NameSyntaxError:
            continue
    own = [finding.object] if finding.object is not None else []
    return list(dict.fromkeys([*on_path, *(changed if finding.source else ()), *own]))


def described(item: CatalogObject) -> Lines:
    """The kind, the columns and what else is known of an object."""
    lines = [str(item.kind)]
    lines += [f"  {_column(column)}" for column in item.columns]
    lines += [f"  {item_}" for item_ in (f"{one.kind} ({', '.join(map(spell, one.columns))})" for one in item.constraints)]
    lines += [f"  {key} = {value}" for key, value in item.properties]
    if item.definition:
        lines += ["  AS", *(f"    {line.rstrip()}" for line in item.definition.splitlines())]
    return tuple(lines)


def _column(column: Column) -> str:
    parts = [f"{spell(column.name):<30} {column.type}", "" if column.nullable else "NOT NULL"]
    parts.append(f"DEFAULT {column.default}" if column.default else "")
    parts.append(f"MASKING POLICY {column.masking_policy}" if column.masking_policy else "")
    parts.append(f"({column.certainty.value}: {column.reason})" if column.reason else "")
    return " ".join(part for part in parts if part)


def lines(found: Explained) -> Iterator[str]:
    """For people: the statement, then each object as a difference with all its lines."""
    if found.statement is not None:
        yield f"statement at {found.finding.source}"
        yield from (f"    {line.rstrip()}" for line in found.statement.strip().splitlines())
    words = ("before the statement", "after it") if found.statement is not None else ("promised", "made")
    for item in found.objects:
        yield ""
        yield f"{item.name}: - {words[0]}, + {words[1]}"
        if item.before is None or item.after is None:
            yield f"  there is none {words[0] if item.before is None else words[1]}"
        most = max(len(item.before or ()), len(item.after or ()))
        told = list(unified_diff(item.before or (), item.after or (), n=most, lineterm=""))[3:]
        yield from (f"  {line}" for line in told or [f" {line}" for line in item.after or ()])


def as_data(found: Explained) -> dict:
    """In plain JSON values."""
    objects = [{"object": str(item.name), "before": _listed(item.before), "after": _listed(item.after)} for item in found.objects]
    return {"rule": found.finding.rule, "object": str(found.finding.object), "statement": found.statement, "objects": objects}


def _listed(told: Lines | None) -> list[str] | None:
    return list(told) if told is not None else None
