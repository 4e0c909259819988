"""What several rules ask of the catalogs: facts without an opinion."""

from __future__ import annotations

import re

from snowpact.model.catalog import Constraint
from snowpact.model.change import DropColumn
from snowpact.model.names import spell
from snowpact.rules.context import Context

_LAG = re.compile(r"\s*'?\s*(\d+)\s*(second|minute|hour|day)s?\s*'?\s*\Z", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def other_case(change: DropColumn, context: Context) -> str | None:
    """A column that came and differs from the one that went in case alone."""
    after = context.new(change)
    before = context.old(change)
    old = {column.name for column in before.columns} if before else set()
    name = change.column.name
    return next((c.name for c in after.columns if c.name.upper() == name.upper() and c.name not in old), None) if after else None


def alias_of(change: DropColumn, context: Context) -> str | None:
    """The column of the head's contract that names the dropped one as an alias: a rename that was said."""
    now = context.now.get(change.object)
    if now is None:
        return None
    after = context.new(change)
    there = {column.name for column in after.columns} if after else set()
    return next((name for name, aliases in now.aliases.items() if change.column.name in aliases and name in there), None)


def seconds(lag: str | None) -> int | None:
    """A target lag in seconds: ``5 minutes`` → 300. None for DOWNSTREAM, for none, and for what can't be read."""
    match = _LAG.match(lag or "")
    return int(match[1]) * _SECONDS[match[2].lower()] if match else None


def constraint_text(constraint: Constraint) -> str:
    """A constraint as DDL says it, without its name."""
    columns = f" ({', '.join(spell(column) for column in constraint.columns)})" if constraint.columns else ""
    to = f" ({', '.join(spell(column) for column in constraint.referenced_columns)})" if constraint.referenced_columns else ""
    references = f" REFERENCES {constraint.references}{to}" if constraint.references else ""
    return f"{constraint.kind}{columns}{references}" + (f" ({constraint.expression})" if constraint.expression else "")
