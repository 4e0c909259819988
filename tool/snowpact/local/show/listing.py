"""What the lists are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import NUMBER, TEXT, TIME, Field, plain_name
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session


@dataclass(frozen=True, slots=True)
class Item:
    """One row to be: an object, what else is known about it, and the part of it that the row is about (a column, a key)."""

    record: Record
    session: Session
    facts: Facts
    part: Any = None

    @property
    def is_current(self) -> bool:
        """Whether the session stands on it: its database, schema, warehouse or role."""
        current = {
            Kind.DATABASE: (self.session.database,),
            Kind.SCHEMA: (self.session.database, self.session.schema),
            Kind.WAREHOUSE: (self.session.warehouse,),
            Kind.ROLE: (self.session.role,),
        }
        return self.record.name.parts == current.get(self.record.object.kind)


def own_name(item: Item) -> str:
    return plain_name(item.record)


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a kind, their columns, those that TERSE leaves (None where TERSE has no effect), and the name that LIKE looks at.

    bare_scope: what a name after IN means without a word before it. history: the kinds whose dropped objects HISTORY lists too.
    """

    items: Callable[[Session, Facts], Iterable[Item]]
    fields: tuple[Field, ...]
    terse: tuple[str, ...] | None = ("created_on", "name", "kind", "database_name", "schema_name")
    named: Callable[[Item], str] = own_name
    account_wide: bool = False
    bare_scope: Kind = Kind.SCHEMA
    history: tuple[Kind, ...] = ()

    def shown(self, terse: bool) -> list[Field]:
        """The columns, those of TERSE in TERSE's own order."""
        if not terse or self.terse is None:
            return list(self.fields)
        return sorted((field for field in self.fields if field.name in self.terse), key=lambda field: self.terse.index(field.name))


def objects(*kinds: Kind) -> Callable[[Session, Facts], Iterable[Item]]:
    """The items of a listing of whole objects."""
    return lambda session, facts: [Item(record, session, facts) for record in of_kind(facts, kinds)]


def text(name: str, value: Callable[[Item], Any]) -> Field:
    return Field(name, TEXT, value)


def numeric(name: str, value: Callable[[Item], Any]) -> Field:
    return Field(name, NUMBER, value)


def constant(name: str, value: Any) -> Field:
    return Field(name, TEXT, lambda item: value)


def letter(name: str, value: Callable[[Item], Any], truths: tuple[str, str] = ("Y", "N")) -> Field:
    """Y or N, as most lists write truth."""
    return text(name, lambda item: truths[0] if value(item) else truths[1])


def prop(name: str, key: str, default: Any = None) -> Field:
    """A property of the object."""
    return text(name, lambda item: item.record.object.property(key, default))


def kept(name: str, key: str) -> Field:
    """What a feature keeps about its objects."""
    return text(name, lambda item: item.record.extra.get(key))


def with_dropped(fields: list[Field]) -> list[Field]:
    """The columns with dropped_on behind the retention time, where HISTORY puts it
    (https://docs.snowflake.com/en/sql-reference/sql/show-tables#output)."""
    at = fields.index(RETENTION) + 1
    return [*fields[:at], DROPPED, *fields[at:]]


CREATED = Field("created_on", TIME, lambda item: item.record.created_on)
NAME = text("name", own_name)
DATABASE = text("database_name", lambda item: item.record.name.parts[0])
SCHEMA = text("schema_name", lambda item: item.record.name.parts[1])
OWNER = text("owner", lambda item: item.record.owner or "")
COMMENT = text("comment", lambda item: item.record.object.comment or "")
ROLE_TYPE = constant("owner_role_type", "ROLE")
DROPPED = Field("dropped_on", TIME, lambda item: item.record.dropped_on)
RETENTION = text("retention_time", lambda item: str(item.facts.retention(item.record)))
CURRENT = letter("is_current", lambda item: item.is_current)
