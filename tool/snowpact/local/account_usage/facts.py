"""The account as a whole: what ACCOUNT_USAGE is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from snowpact.local.facts import SessionFacts
from snowpact.local.governance import access
from snowpact.local.information_schema.fields import NUMBER, TIME, Field, RecordOf, itself
from snowpact.local.objects import Record

if TYPE_CHECKING:
    from snowpact.local.scope import Scope


class AccountFacts(SessionFacts):
    """Whatever the roles may use: every object that is there, and those dropped that can come back."""

    def __init__(self, scope: Scope):
        super().__init__(scope.session)
        self._roles = scope.roles

    def records(self) -> Iterable[Record]:
        state = self.session.engine.state
        return [access.told(self._roles, record) for record in (*state, *state.dropped) if record.id > 0]


def deleted(name: str = "DELETED", record_of: RecordOf = itself) -> Field:
    return Field(name, TIME, lambda item: record_of(item).dropped_on)


def identity(name: str, record_of: RecordOf = itself) -> Field:
    """The internal number of an object."""
    return Field(name, NUMBER, lambda item: record_of(item).id)
