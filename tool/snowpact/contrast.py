"""`contracts diff REF`: how the contracts in the work tree differ from those where HEAD parted from REF.

The same evolution that ``contracts check --base`` judges, told contract by contract: numbers, terms, columns, and what lies within
them; then what the gate would say of it. Migrations are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from snowpact.catalogue import contracts_of
from snowpact.contracts.contract import Contract
from snowpact.contracts.declare import declared
from snowpact.contracts.history import past
from snowpact.contracts.waivers import load_waivers
from snowpact.diff.compare import compare_objects
from snowpact.diff.shapes import shape_changes
from snowpact.evolve import contracts_evolved, counting, decided, one_each
from snowpact.model.change import (
    AddColumn,
    AddConstraint,
    Change,
    ChangeDefault,
    ChangeNullability,
    ChangeType,
    CreateObject,
    DropColumn,
    DropConstraint,
    DropObject,
    MoveColumn,
)
from snowpact.model.finding import Severity
from snowpact.model.names import Name, spell
from snowpact.model.report import Report
from snowpact.model.shape import ChangeShape
from snowpact.prepare import WAIVERS
from snowpact.project import Project
from snowpact.promised import promises
from snowpact.reports.text import clean
from snowpact.rules.facts import constraint_text

COMMAND = "contracts diff"
TERMS = ("version", "kind", "closed", "mode", "owner", "consumers", "freshness")
"""What of a Promise is told by its name when it differs."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One contract then and now; None where it was not there, or is gone."""

    before: Contract | None
    after: Contract | None

    @property
    def name(self) -> Name:
        return (self.after or self.before).name  # type: ignore[union-attr]

    @property
    def path(self) -> str:
        return (self.after or self.before).path  # type: ignore[union-attr]

    def changes(self) -> list[Change]:
        """Of its object and columns, then of what lies within them."""
        old, new = (declared([side]).relation(self.name) if side else None for side in (self.before, self.after))
        if old is None or new is None:
            item = new or old
            made = CreateObject(kind=item.kind, object=item.name, after=item)  # type: ignore[union-attr]
            return [made if old is None else DropObject(kind=old.kind, object=old.name, before=old)]
        (was,), (now,) = promises([self.before]), promises([self.after])  # type: ignore[list-item]
        return [*compare_objects(old, new), *shape_changes(old, was.schema, now.schema)]  # type: ignore[arg-type]

    def terms(self) -> dict[str, tuple[Any, Any]]:
        if self.before is None or self.after is None:
            return {}
        (was,), (now,) = promises([self.before]), promises([self.after])
        return {term: (getattr(was, term), getattr(now, term)) for term in TERMS if getattr(was, term) != getattr(now, term)}


@dataclass(frozen=True, slots=True)
class Contrast:
    report: Report
    pairs: tuple[Pair, ...]


def contrast(project: Project, pipelines: Sequence[str], ref: str, fail_on: Severity, as_of: date | None = None) -> Contrast:
    """Raises InputError."""
    chosen = [pipeline.contracts for pipeline in project.select(pipelines) if pipeline.contracts]
    folders = [pipeline.contracts for pipeline in project.pipelines if pipeline.contracts]
    found = past(project.root, ref, folders, WAIVERS)
    base, head = one_each(found.base.contracts), contracts_of(project, (), allow_empty=True)
    pairs = tuple(pair for pair in _pairs(base, head) if not pipelines or any(pair.path.startswith(f"{home}/") for home in chosen))
    told = {pair.name for pair in pairs}
    waivers = counting(project, found, load_waivers(project.root / WAIVERS, project.root))
    findings = [finding for finding in contracts_evolved(base, head, found.base, as_of) if not pipelines or finding.object in told]
    decision = decided(findings, waivers, fail_on, as_of)
    base_facts = {"ref": ref, "commit": found.base.commit, "contracts": len(base), "unreadable": list(found.base.unreadable)}
    summary = {"base": base_facts, "contracts": [_facts(one) for one in pairs]}
    changes = tuple(change for pair in pairs for change in pair.changes())
    return Contrast(Report(COMMAND, decision.verdict, decision.findings, changes, summary=summary), pairs)


def _pairs(base: Iterable[Contract], head: Iterable[Contract]) -> Iterator[Pair]:
    """Those that differ, by name."""
    old, new = ({contract.name: contract for contract in side} for side in (base, head))
    for name in sorted({*old, *new}):
        pair = Pair(old.get(name), new.get(name))
        if pair.before is None or pair.after is None or pair.before.digest != pair.after.digest:
            yield pair


def _facts(pair: Pair) -> dict[str, Any]:
    return {
        "object": str(pair.name),
        "contract": pair.path,
        "before": pair.before.version if pair.before else None,
        "after": pair.after.version if pair.after else None,
        "terms": {term: [_plain(side) for side in sides] for term, sides in pair.terms().items() if term != "version"},
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value if value is None or isinstance(value, bool) else str(value)


def text_of(pair: Pair) -> str:
    """A head line, then a line for everything that differs: ``+`` came, ``-`` went, ``~`` is otherwise."""
    versions = " → ".join(side.version if side else "nothing" for side in (pair.before, pair.after))
    lines = [f"{pair.name}  {versions}  {pair.path}"]
    for term, (was, now) in pair.terms().items():
        if term != "version":
            lines.append(f"  ~ {term}: {_shown(was)} → {_shown(now)}")
    lines += [f"  {told}" for change in pair.changes() if (told := _line(change)) is not None]
    return "\n".join(clean(line) for line in (lines if len(lines) > 1 else [*lines, "  ~ what describes it"]))


def _shown(value: Any) -> str:
    return ", ".join(value) or "nobody" if isinstance(value, tuple) else "none" if value is None else str(value)


_LINES: dict[type[Change], Callable[[Any], str]] = {
    CreateObject: lambda change: f"+ columns: {len(change.after.columns)}",
    DropObject: lambda change: f"- columns: {len(change.before.columns)}",
    AddColumn: lambda change: f"+ {spell(change.column.name)}  {change.column.type}{'' if change.column.nullable else ' NOT NULL'}",
    DropColumn: lambda change: f"- {spell(change.column.name)}  {change.column.type}",
    MoveColumn: lambda change: f"~ {spell(change.column)}: column {change.before + 1} → {change.after + 1}",
    ChangeType: lambda change: f"~ {spell(change.column)}: {change.before} → {change.after}",
    ChangeNullability: lambda change: f"~ {spell(change.column)}: {'NULL allowed' if change.after else 'NOT NULL'}",
    ChangeDefault: lambda change: f"~ {spell(change.column)}: default {change.before or 'none'} → {change.after or 'none'}",
    AddConstraint: lambda change: f"+ {constraint_text(change.constraint)}",
    DropConstraint: lambda change: f"- {constraint_text(change.constraint)}",
    ChangeShape: lambda change: (
        f"~ {spell(change.column)}{' at ' + '.'.join(change.steps) if change.steps else ''}: "
        f"{change.before or 'nothing'} → {change.after or 'nothing'}"
    ),
}


def _line(change: Change) -> str | None:
    told = _LINES.get(type(change))
    return told(change) if told else f"~ {type(change).__name__} {spell(change.column_name) if change.column_name else ''}".rstrip()
