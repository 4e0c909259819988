"""What all rules about types share: which facts of a change of type may be judged, given how sure its producers are.

design: only an exact type may block on precision, scale or length; a type known by its family blocks on a change of family; an
unknown one never blocks. ``type-unverified`` speaks where a type was not judged in full, so nothing passes silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from snowpact.model.change import ChangeType
from snowpact.model.conversion import Conversion, conversion, family
from snowpact.model.names import quote
from snowpact.model.types import Certainty, SnowflakeType
from snowpact.rules.context import Context, Fault, place


def certainty(change: ChangeType) -> Certainty:
    """How sure one can be of the comparison: as sure as of the less sure side."""
    return change.before.certainty & change.after.certainty


def differing(change: ChangeType, context: Context) -> tuple[str, ...]:
    """The facts, by rule id, that are certain enough to be judged; empty where the types agree or satisfy the promise. Every rule about
    types asks this of every change, so it is worked out once."""
    known = context.differing.get(id(change))
    if known is None or known[0] is not change:
        known = context.differing[id(change)] = (change, _differing(change, context))
    return known[1]


def _differing(change: ChangeType, context: Context) -> tuple[str, ...]:
    sure = certainty(change)
    if sure is Certainty.UNKNOWN or change.before.type == change.after.type:
        return ()
    if sure is Certainty.FAMILY and family(change.after.type) in _families(change, context):
        return ()
    if satisfied(change, context):
        return ()
    return conversion(_nearest(change, context), change.after.type).facts


def satisfied(change: ChangeType, context: Context) -> bool:
    """Whether the actual type is one of those the contract allows. Two contracts, or two schemas, must be equal instead."""
    declared = context.old_column(change) if context.satisfaction else None
    actual = context.new_column(change)
    if declared is None or actual is None:
        return change.before.type == change.after.type
    return declared.satisfied_by(actual)


def _nearest(change: ChangeType, context: Context) -> SnowflakeType:
    """The accepted type that is nearest to the actual one: an integer of any length that has digits after the point errs in its
    scale alone, whatever precision stands for the promise."""
    declared, actual = context.old_column(change) if context.satisfaction else None, change.after.type
    pattern = next((one for one in declared.accepts if one.base == actual.base and one.exact is None), None) if declared else None
    if pattern is None or pattern.fields or pattern.key or pattern.element:
        return change.before.type
    return replace(
        actual,
        scale=actual.scale if pattern.scale is None else pattern.scale,
        precision=pattern.precision or max(filter(None, (pattern.least_precision, actual.precision)), default=None),
        length=pattern.least_length if pattern.least_length and actual.length and actual.length < pattern.least_length else actual.length,
    )


def _families(change: ChangeType, context: Context) -> set[str]:
    declared = context.old_column(change) if context.satisfaction else None
    accepted = {pattern.base for pattern in declared.accepts} if declared else set()
    return {family(SnowflakeType(base)) for base in accepted} or {family(change.before.type)}


def type_faults(change: ChangeType, context: Context, fact: str, instead: str) -> Iterator[Fault]:
    """The one fault of a rule about types, where its fact is among those that differ."""
    if fact not in differing(change, context):
        return
    before, after = change.before.type, change.after.type
    column = place(change.object, change.column)
    if context.satisfaction:
        yield Fault(f"{column} is {after}, promised as {before}", instead, certainty=certainty(change))
        return
    answer = conversion(before, after)
    yield Fault(f"{column}: {before} becomes {after} ({answer.reason})", instead + _settled_by(change, answer), certainty=certainty(change))


def _settled_by(change: ChangeType, answer: Conversion) -> str:
    """The cheap query that counts the rows in the way, where there is one."""
    if answer.query is None:
        return ""
    query = answer.query.replace("{table}", change.object.sql).replace("{column}", quote(change.column))
    return f"; the rows in the way: {query}"
