"""judge: Changes, Promises and their Successions → Findings. Here an opinion gets its severity, its place and its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from snowpact.model.change import Change
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Context, Fault, Guard, Promise, Succession, place
from snowpact.rules.registry import Rule, rules_for

Subject = Change | Promise | Succession | Guard
Judging = Callable[[Any, Context], Iterable[Fault]]


def judge(subjects: Iterable[Subject], context: Context) -> list[Finding]:
    """Every rule's findings about every subject, gravest first and then by place."""
    findings: list[Finding] = []
    for subject in subjects:
        promise = context.promise(_name(subject))
        for rule, severity, faults in _speaking(type(subject), context.comparison, promise.mode if promise else "FULL"):
            findings.extend(_finding(rule, severity, fault, subject, context) for fault in faults(subject, context))
    return sorted(findings, key=Finding.sort_key)


@cache
def _speaking(subject: type, comparison: Comparison, mode: str) -> list[tuple[Rule, Severity, Judging]]:
    """The rules that have something to say of such subjects, and how gravely. There are few kinds of them, and many subjects."""
    found = ((rule, rule.severity.of(comparison, mode), rule.judge) for rule in rules_for(subject))
    return [(rule, severity, judging) for rule, severity, judging in found if severity is not None and judging is not None]


def _name(subject: Subject) -> Name:
    return subject.object if isinstance(subject, Change) else subject.name


def _finding(rule: Rule, severity: Severity, fault: Fault, subject: Subject, context: Context) -> Finding:
    name = _name(subject)
    column = fault.column or (subject.column_name if isinstance(subject, Change) else None)
    promise = context.promise(name)
    return Finding(
        rule=rule.id,
        severity=fault.severity or severity,
        comparison=context.comparison,
        message=fault.message,
        object=name,
        column=column,
        source=_source(fault.cause or subject, name, column, context),
        contract=promise.contract if promise else None,
        version=promise.version if promise else None,
        consumers=promise.consumers if promise else (),
        certainty=fault.certainty,
        path=(*fault.via, place(name, column if _promised(promise, column, context) else None)) if promise else (),
        suggestion=fault.instead,
    )


def _promised(promise: Promise, column: str | None, context: Context) -> bool:
    """Whether the contract speaks of the column, rather than of its object alone."""
    if promise.places:
        return column in promise.places
    declared = context.before.relation(promise.name)
    return declared is not None and column is not None and declared.column(column) is not None


def _source(cause: Subject, name: Name, column: str | None, context: Context) -> Source | None:
    """The statement to blame, else the contract: in an evolution the head's, for that is the one to edit."""
    if isinstance(cause, Change):
        blamed = context.blame(cause)
        if blamed is not None:
            return blamed
    promise = context.now.get(name) or context.promises.get(name)
    return promise.place(column) if promise else None
