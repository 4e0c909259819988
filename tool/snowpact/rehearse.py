"""Rehearsal: run scripts on a throw-away embedded engine and record what each statement changed.

The engine's catalog before and after a statement gives its Changes, and the statement gives them their source: so every
finding has its file and line. What Snowflake would refuse is ``statement-refused-by-snowflake``; what only the embedded
engine lacks is ``opaque-statement``. A rehearsal itself never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from snowpact.diff.compare import compare
from snowpact.migrations.statements import ScriptStatement
from snowpact.model.catalog import Catalog
from snowpact.model.change import Change
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.source import Source
from snowpact.prepare import PreparedScript
from snowpact.targets.protocol import Context, Target


class Scratch(Target, Protocol):
    """A throw-away target that knows its own catalog without asking for it."""

    def catalog(self) -> Catalog: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that did not run. ours: only the embedded engine lacks it, an account might run it."""

    source: Source
    statement: str
    message: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the scripts made of ``before``."""

    before: Catalog
    after: Catalog
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()


Progress = Callable[[PreparedScript], None]


def rehearse(
    scratch: Scratch, scripts: Sequence[PreparedScript], progress: Progress = lambda script: None, home: Context | None = None
) -> Rehearsal:
    """Run the scripts in order, each from the target session's first context (``home``), as apply will.

    A statement that Snowflake would refuse ends the rehearsal: what comes after it would never run. One that only the
    engine lacks is passed over, and said.
    """
    before = catalog = scratch.catalog()
    context = home or scratch.context()
    scratch.restore(context)
    changes: list[Change] = []
    refusals: list[Refusal] = []
    for script in scripts:
        progress(script)
        for statement in script.statements:
            refusal = _run(scratch, statement)
            if refusal is not None:
                refusals.append(refusal)
                if not refusal.ours:
                    return Rehearsal(before, catalog, tuple(changes), tuple(refusals))
            now = scratch.catalog()
            changes.extend(blamed(compare(catalog, now), statement.source))
            catalog = now
        scratch.restore(context)
    return Rehearsal(before, catalog, tuple(changes), tuple(refusals))


def blamed(changes: Iterable[Change], source: Source) -> list[Change]:
    return [replace(change, source=source) for change in changes]


def _run(scratch: Scratch, statement: ScriptStatement) -> Refusal | None:
    try:
        scratch.execute(statement.text)
    except UnsupportedFeature as error:
        return Refusal(statement.source, statement.text, str(error), ours=True)
    except StatementError as error:
        return Refusal(statement.source, statement.text, str(error), ours=False)
    return None
