"""The Avro verdict as Findings: two versions of a contract, one reading what the other wrote.

BACKWARD: the new version reads what the old one wrote; FORWARD: the old one reads what the new one writes; FULL: both. It is
information, for SQL consumers meet no reader's defaults and no aliases; a contract that says ``"wire": "avro"`` has Avro readers too,
and there it decides as its mode says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from snowpact.contracts.compatibility import Incompatibility, Mismatch, incompatibilities
from snowpact.contracts.contract import Contract
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.shape import Schema
from snowpact.rules.context import Promise, place

DIRECTIONS = {"BACKWARD": ("BACKWARD",), "FORWARD": ("FORWARD",), "FULL": ("BACKWARD", "FORWARD"), "NONE": ("BACKWARD", "FORWARD")}

RULES: dict[tuple[Mismatch, str], tuple[str, str]] = {
    (Mismatch.TYPE, "BACKWARD"): ("type-kind-changed", "nested-type-changed"),
    (Mismatch.TYPE, "FORWARD"): ("type-kind-changed", "nested-type-changed"),
    (Mismatch.DEFAULT, "BACKWARD"): ("column-added-required", "nested-required-added"),
    (Mismatch.DEFAULT, "FORWARD"): ("column-removed", "nested-field-removed"),
    (Mismatch.UNION_BRANCH, "BACKWARD"): ("union-branch-removed", "union-branch-removed"),
    (Mismatch.UNION_BRANCH, "FORWARD"): ("union-branch-added", "union-branch-added"),
    (Mismatch.ENUM_SYMBOLS, "BACKWARD"): ("enum-symbol-removed", "enum-symbol-removed"),
    (Mismatch.ENUM_SYMBOLS, "FORWARD"): ("enum-symbol-added", "enum-symbol-added"),
    **{(kind, way): ("named-type-or-fixed-size-changed",) * 2 for kind in (Mismatch.NAME, Mismatch.FIXED_SIZE) for way in DIRECTIONS},
}
"""The fact, by rule id, that an incompatibility tells of: of a column, and of what lies within one. In BACKWARD the new version is
the reader: what it lacks went; in FORWARD what the old one lacks came."""

NULLS = {"BACKWARD": "nullable-to-required", "FORWARD": "required-to-nullable"}
"""The same for the null of a column's union."""

WAY_OUT = {
    "BACKWARD": "give the reader what it lacks: a default, a symbol or a branch; or keep what was",
    "FORWARD": "keep what old readers need, or give them defaults one version earlier",
}


def avro_findings(old: Contract, new: Contract, before: Promise, now: Promise) -> Iterator[Finding]:
    """What Avro readers meet between two versions of a contract, by the mode of the old one."""
    if before.schema is None or now.schema is None:
        return
    mode = old.compatibility.direction
    decides = "avro" in (old.wire, new.wire) and mode != "NONE"
    names = _one_name(before.schema, now.schema)
    for direction in DIRECTIONS[mode]:
        reader, writer = reversed(names) if direction == "BACKWARD" else names
        for found in incompatibilities(reader, writer):
            yield _finding(found, direction, Severity.ERROR if decides else Severity.INFO, old, new, before, now)


def _one_name(before: Schema, now: Schema) -> tuple[Schema, Schema]:
    """The record's own name is the object's: that another object is promised is told once, and not as a record's name."""
    root = replace(now.root, name=before.root.name)
    return before, Schema(root, {**now.named, now.root.name or "": root})


def _finding(
    found: Incompatibility, direction: str, severity: Severity, old: Contract, new: Contract, before: Promise, now: Promise
) -> Finding:
    column = _column(found.steps, (new, old) if direction == "BACKWARD" else (old, new))
    rule = _rule(found, direction)
    readers = "the new version reads old rows" if direction == "BACKWARD" else "old readers read the new version"
    inside = f" at {'.'.join(found.steps[1:])}" if len(found.steps) > 1 else ""
    return Finding(
        rule=rule,
        severity=severity,
        comparison=Comparison.EVOLUTION,
        message=f"{place(now.name, column)}{inside}, where {readers}: {found.message} ({found.kind})",
        object=now.name,
        column=column,
        judge="avro",
        source=now.place(column),
        contract=old.path,
        version=old.version,
        consumers=old.consumers,
        path=(place(now.name, column),),
        suggestion=WAY_OUT[direction],
    )


def _rule(found: Incompatibility, direction: str) -> str:
    within = [step for step in found.steps[1:] if not step.startswith("[")]
    if not within and (found.steps[-1:] == ("[null]",) or (found.kind is Mismatch.UNION_BRANCH and found.about == "null")):
        return NULLS[direction]
    return RULES[found.kind, direction][bool(within)]


def _column(steps: tuple[str, ...], contracts: tuple[Contract, Contract]) -> str | None:
    """The stored name of the field that the steps begin with: the reader's, which names them."""
    if not steps:
        return None
    return next((item.column.name for contract in contracts for item in contract.fields if item.name == steps[0]), None)
