"""SHOW SHARES and DESCRIBE SHARE: https://docs.snowflake.com/en/sql-reference/sql/show-shares, desc-share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.errors import missing
from snowpact.local.governance.held import grants
from snowpact.local.governance.shares import content, database_of
from snowpact.local.information_schema.fields import TEXT, TIME
from snowpact.local.objects import Record
from snowpact.local.show.listing import COMMENT, CREATED, NAME, OWNER, Item, Listing, constant, objects, text
from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session


def _database(item: Item) -> str:
    found = database_of(item.session.engine.state, str(item.record.name))
    return found.name.name if found else ""


LISTINGS: dict[Kind | str, Listing] = {
    Kind.SHARE: Listing(
        objects(Kind.SHARE),
        (
            CREATED, constant("kind", "OUTBOUND"), constant("owner_account", "SNOWPACT.SNOWPACT"), NAME, text("database_name", _database),
            text("to", lambda item: ", ".join(item.record.object.property("accounts") or ())), OWNER, COMMENT,
            constant("listing_global_name", ""), constant("secure_objects_only", "true"),
        ),
        terse=None,
        account_wide=True,
    ),
}  # fmt: skip


def described_share(statement: Classified, session: Session) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """kind, name, shared_on of everything in a share."""
    name = session.name(statement.name, 1)
    if session.find(Kind.SHARE, name) is None:
        raise missing(name, "Share")
    inside = content(session.engine.state, str(name))
    rows = [(record.object.kind.value, str(record.name), _shared_on(record, str(name))) for record in inside]
    return [("kind", TEXT), ("name", TEXT), ("shared_on", TIME)], rows


def _shared_on(record: Record, share: str) -> Any:
    return min(held.on for held in grants(record) if held.to == "SHARE" and held.grantee == share)
