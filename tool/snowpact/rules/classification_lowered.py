"""A tag that was promised is gone, or has another value.

Instead: set the tag again; a data class is changed with the owner of the data, in the next major version of the contract.
Why: tag-based masking policies and audits follow tags: without the tag the column is not protected, and nobody looks for it
(https://docs.snowflake.com/en/user-guide/tag-based-masking-policies).
"""

from snowpact.rules.context import Fault, Guard, Severities, place

ID = "classification-lowered"
SEVERITY = Severities(evolution="E!", satisfaction="E")
ON = (Guard,)


def judge(guard, context):
    for tag, value in sorted(guard.before.tags.items()):
        now = _value(guard.after.tags, tag)
        if now == value:
            continue
        what = f"tag {tag} = '{value}'"
        told = f"{place(guard.name, guard.column)} has {f'the value {now!r} of' if now is not None else 'not'} the promised {what}"
        if context.evolution:
            told = f"{place(guard.name, guard.column)} is not promised any more to have {what}"
        yield Fault(told, f"SET TAG {tag} = '{value}'", column=guard.column, cause=guard.cause, via=guard.via)


def _value(tags, wanted):
    """By full name, or where one side says less of it, by what both say."""
    return next(
        (value for name, value in tags.items() if name == wanted or name.endswith(f".{wanted}") or wanted.endswith(f".{name}")), None
    )
