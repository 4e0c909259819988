"""judge: Changes, Promises and their Successions → Findings. Here an opinion gets its severity, its place and its contract."""

from __future__ import annotations

from collections.abc import Iterable

from snowpact.model.change import Change
from snowpact.model.finding import Finding, Severity
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.rules.context import Context, Fault, Guard, Promise, Succession, place
from snowpact.rules.registry import Rule, rules_for

Subject = Change | Promise | Succession | Guard


def judge(subjects: Iterable[Subject], context: Context) -> list[Finding]:
    """Every rule's findings about every subject, gravest first and then by place."""
    findings: list[Finding] = []
    for subject in subjects:
        for rule in rules_for(type(subject)):
            severity = _severity(rule, subject, context)
            if severity is None or rule.judge is None:
                continue
            findings.extend(_finding(rule, severity, fault, subject, context) for fault in rule.judge(subject, context))
    return sorted(findings, key=Finding.sort_key)


def _severity(rule: Rule, subject: Subject, context: Context) -> Severity | None:
    promise = context.promise(_name(subject))
    return rule.severity.of(context.comparison, promise.mode if promise else "FULL")


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
