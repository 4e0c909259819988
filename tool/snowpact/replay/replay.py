"""The way in: statements in order → what they make of a catalog, each Change with its source.

Nothing is run. A statement that no family models, or whose effect its text does not tell, becomes an OpaqueChange naming what it may
touch; one that Snowflake would refuse is a Refusal, and replay goes on as if it had not been there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from snowpact.model.apply import CatalogConflict
from snowpact.model.broken import Broken, Step
from snowpact.model.catalog import Catalog
from snowpact.model.change import Change, OpaqueChange
from snowpact.model.errors import StatementError
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.source import Source
from snowpact.model.types import TypeSyntaxError
from snowpact.replay.dependents import Dependents
from snowpact.replay.existing import stands_already
from snowpact.replay.registry import family_of
from snowpact.replay.state import Assumed, Opaque, Refusal, Refused, Seen, State, nothing_assumed, nothing_seen, unmodelled
from snowpact.replay.touches import narrowed
from snowpact.replay.variables import substituted
from snowpact.sql.classify import classify
from snowpact.sql.tokens import SqlInputError


@dataclass(frozen=True, slots=True)
class Input:
    """One statement and where it stands. first: a new script begins, whose context is the session's own again. lead: the comments in
    front of it."""

    text: str
    source: Source
    first: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the statements made of ``before``: the catalog that replay started from and what it had to suppose beside it."""

    before: Catalog
    after: Catalog
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    broken: tuple[Broken, ...] = ()
    evolved: Mapping[tuple[Name, str], tuple[Step, ...]] = field(default_factory=dict)
    """Columns that followed a change further down: the way from there."""

    @property
    def opaque(self) -> tuple[OpaqueChange, ...]:
        """The statements whose effect their text did not tell."""
        return tuple(change for change in self.changes if isinstance(change, OpaqueChange))


def replay(
    statements: Iterable[Input], start: Catalog | None = None, assumed: Assumed = nothing_assumed, seen: Seen = nothing_seen
) -> Replayed:
    """Replay statements over a catalog. Raises nothing for any statement that can be tokenized."""
    run = Run(start, assumed, seen)
    for statement in statements:
        run.take(statement)
    return run.replayed()


class Run:
    """A replay, statement by statement."""

    def __init__(self, start: Catalog | None = None, assumed: Assumed = nothing_assumed, seen: Seen = nothing_seen):
        self.before = start or Catalog()
        self.state, self.dependents = State.starting(self.before, assumed, seen), Dependents()
        self.dependents.starting(self.state)

    def take(self, statement: Input) -> None:
        if statement.first:
            self.state.begin()
        self.state.source = statement.source
        one(self.state, statement.text, statement.lead)
        self.dependents.settle(self.state)

    def replayed(self) -> Replayed:
        state, dependents = self.state, self.dependents
        before = Catalog({**self.before.objects, **state.supposed}) if state.supposed else self.before
        broken = tuple(dependents.broken.values())
        return Replayed(before, state.draft.catalog(), tuple(state.changes), tuple(state.refusals), broken, dependents.evolved)


def one(state: State, text: str, lead: str = "") -> None:
    """One statement. A refused one has done nothing, not even its first actions."""
    mark = len(state.changes)
    try:
        run(state, text)
    except (Refused, StatementError, CatalogConflict) as refused:
        state.undo(mark)
        state.refusals.append(Refusal(state.source, text, str(refused)))
    except Opaque as opaque:
        _untold(state, text, lead, opaque.reason, opaque.touches)
    except (SqlInputError, NameSyntaxError, TypeSyntaxError) as error:
        _untold(state, text, lead, f"can't be read: {getattr(error, 'message', error)}")
    except RecursionError:
        _untold(state, text, lead, "is nested too deeply to be read")


def _untold(state: State, text: str, lead: str, reason: str, touches: Iterable[Name] | None = None) -> None:
    """What could not be told, narrowed by what a comment in or before the statement says that it touches."""
    said = narrowed(lead + text)
    if said is None or said:
        state.opaque(text, reason, touches if said is None else said)


def run(state: State, text: str) -> None:
    """The statement's family. Raises what ``one`` writes down."""
    statement = classify(substituted(text, state.variables))
    family = family_of(statement)
    if family is None:
        raise unmodelled(state, statement)
    if not stands_already(state, statement):
        family(state, statement)
