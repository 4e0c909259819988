"""Grants as they are kept: on the object that was granted on, so that they live, move and go with it.

``extra['grants']`` of a record is a list of ``[privilege, kind of grantee, grantee, with grant option, grantor, time]``; the owner's
OWNERSHIP is not among them, it is the record's ``owner``. ``extra['account']`` of a role holds its privileges on the account in the
same form, and ``extra['future_grants']`` of a schema or database has the kind of object before each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.names import fold, spell


@dataclass(frozen=True, slots=True)
class Held:
    """One privilege of one grantee. to: ``ROLE``, ``DATABASE ROLE``, ``USER`` or ``SHARE``; grantee and by as people write them."""

    privilege: str
    to: str
    grantee: str
    option: bool
    by: str
    on: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        return self.privilege, self.to, self.grantee

    def dump(self) -> list[Any]:
        return [self.privilege, self.to, self.grantee, self.option, self.by, self.on.isoformat()]


def _load(entry: list[Any]) -> Held:
    return Held(*entry[:5], datetime.fromisoformat(entry[5]))


def grants(record: Record) -> list[Held]:
    """What is granted on an object."""
    return [_load(entry) for entry in record.extra.get("grants", ())]


def account_grants(role: Record) -> list[Held]:
    """A role's privileges on the account."""
    return [_load(entry) for entry in role.extra.get("account", ())]


def future_grants(container: Record) -> list[tuple[Kind, Held]]:
    """What will be granted on objects of a kind that come to be in a schema or database."""
    return [(Kind(entry[0]), _load(entry[1:])) for entry in container.extra.get("future_grants", ())]


def with_grants(record: Record, held: Iterable[Held]) -> Record:
    return record.with_extra(grants=[item.dump() for item in held] or None)


def with_account(role: Record, held: Iterable[Held]) -> Record:
    return role.with_extra(account=[item.dump() for item in held] or None)


def with_future(container: Record, held: Iterable[tuple[Kind, Held]]) -> Record:
    return container.with_extra(future_grants=[[kind.value, *item.dump()] for kind, item in held] or None)


def added(held: Iterable[Held], new: Held) -> list[Held]:
    """The grants with one more: one that is there already stays as it was, but for a grant option that comes to it."""
    found = list(held)
    for index, item in enumerate(found):
        if item.key == new.key:
            found[index] = item if item.option or not new.option else new
            return found
    return [*found, new]


_LISTS = ("grants", "account", "future_grants")


def renamed(record: Record, to: str, old: str, new: str | None, heir: str) -> Record:
    """The record with a grantee under its new name; None removes what was granted to it. What it granted comes from ``heir``."""
    values: dict[str, Any] = {}
    for key in _LISTS:
        entries = [_renamed(entry, to, old, new, heir) for entry in record.extra.get(key, ())]
        values[key] = [entry for entry in entries if entry is not None] or None
    return record.with_extra(**values)


def _renamed(entry: list[Any], to: str, old: str, new: str | None, heir: str) -> list[Any] | None:
    *kind, privilege, of, grantee, option, by, on = entry
    if (of, grantee) == (to, old):
        if new is None:
            return None
        grantee = new
    return [*kind, privilege, of, grantee, option, heir if by == old and to != "USER" else by, on]


def owner(record: Record) -> str:
    """The owning role as grants name it; empty for what nobody owns."""
    if record.owner is None:
        return ""
    return record.owner if "owner_kind" in record.extra else spell(record.owner)


def owned_by(record: Record, to: str, role: str) -> Record:
    """The record with another owner, an account role or a database role."""
    if to == "ROLE":
        return replace(record, owner=fold(role)).with_extra(owner_kind=None)
    return replace(record, owner=role).with_extra(owner_kind=to)
