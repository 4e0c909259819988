"""SHOW: lists of objects, in the columns and the order of Snowflake's own.

What each kind lists is an entry in a table (``listings``); where it looks and what it leaves out is the request (``request``), the same for
all. A kind without an entry is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.facts import Facts
from snowpact.local.show import (
    accounts,
    alerts,
    external,
    governance,
    keys,
    parties,
    pipes,
    relations,
    routines,
    shares,
    stages,
    streamlits,
    streams,
    tasks,
)
from snowpact.local.show.grants import show_future_grants, show_grants
from snowpact.local.show.listing import Item, Listing, with_dropped
from snowpact.local.show.parameters import parameters
from snowpact.local.show.request import Request, read
from snowpact.local.show.sessions import locks, transactions, variables
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]

OWN_FORMS = {
    "PARAMETERS": parameters,
    "GRANTS": show_grants,
    "FUTURE GRANTS": show_future_grants,
    "VARIABLES": variables,
    "TRANSACTIONS": transactions,
    "LOCKS": locks,
}
"""Statements that do not follow the grammar of the others."""

_FAMILIES = (accounts, alerts, external, governance, parties, pipes, relations, keys, routines, shares, stages, streamlits, streams, tasks)
LISTINGS: dict[Kind | str, Listing] = {kind: listing for family in _FAMILIES for kind, listing in family.LISTINGS.items()}


def rows(statement: Classified, session: Session, facts: Facts) -> Answer:
    """(columns, rows) of a SHOW statement. Raises UnsupportedFeature for what the engine does not list."""
    if statement.kind in OWN_FORMS:
        return OWN_FORMS[statement.kind](statement.cursor(), session)
    listing = LISTINGS.get(statement.kind or "")
    if listing is None:
        word = statement.kind.value if isinstance(statement.kind, Kind) else statement.kind
        raise UnsupportedFeature(f"SHOW {word}" if word else " ".join(statement.text.split()[:3]))
    request = read(statement.cursor(), session, listing)
    found = [item for item in _items(listing, request, session, facts) if request.covers(item.record)]
    found = request.page([item for item in found if request.selects(listing.named(item))], listing.named)
    fields = listing.shown("terse" in statement.modifiers)
    if request.history:
        if "terse" in statement.modifiers:
            raise UnsupportedFeature("SHOW TERSE … HISTORY")
        fields = with_dropped(fields)
    return [(field.name, field.type) for field in fields], [tuple(field.value(item) for field in fields) for item in found]


def _items(listing: Listing, request: Request, session: Session, facts: Facts) -> list[Item]:
    """The objects of a listing; with HISTORY every dropped version of one behind it, the latest first."""
    items = list(listing.items(session, facts))
    if not request.history:
        return items
    gone = [Item(record, session, facts) for record in facts.dropped() if record.object.kind in listing.history]
    gone.sort(key=lambda item: item.record.id, reverse=True)
    return sorted([*items, *gone], key=lambda item: (item.record.name.name, item.record.name.parts))
