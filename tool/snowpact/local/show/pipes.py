"""SHOW PIPES and DESCRIBE PIPE, which has the same columns (https://docs.snowflake.com/en/sql-reference/sql/show-pipes)."""

from __future__ import annotations

from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    DATABASE,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA,
    Item,
    Listing,
    constant,
    objects,
    prop,
    text,
)
from snowpact.model.catalog import Kind


def _reason(item: Item) -> str | None:
    target = item.record.object.property("target")
    gone = target is not None and item.session.engine.state.get(Kind.TABLE.domain, target) is None
    return f"Table {target} does not exist or not authorized." if gone else None  # text [M]


FIELDS = (
    CREATED, NAME, DATABASE, SCHEMA, text("definition", lambda item: item.record.object.definition), OWNER,
    constant("notification_channel", None), COMMENT, prop("integration", "integration"), prop("pattern", "pattern"),
    prop("error_integration", "error_integration"), ROLE_TYPE, text("invalid_reason", _reason),
)  # fmt: skip

LISTINGS = {Kind.PIPE: Listing(objects(Kind.PIPE), FIELDS)}
