"""SHOW DATABASES, SCHEMAS, WAREHOUSES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.facts import Facts, schemas
from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    CURRENT,
    DATABASE,
    NAME,
    OWNER,
    RETENTION,
    ROLE_TYPE,
    Item,
    Listing,
    constant,
    objects,
    prop,
    text,
)
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session

_options = text("options", lambda item: "TRANSIENT" if item.record.object.property("transient") else "")

_SIZES = {"XSMALL": "X-Small", "SMALL": "Small", "MEDIUM": "Medium", "LARGE": "Large", "XLARGE": "X-Large"}
"""As SHOW WAREHOUSES prints them; larger ones as they were written."""


def _size(item: Item) -> str:
    written = item.record.object.property("warehouse_size", "XSMALL")
    return _SIZES.get(written, written)


_WAREHOUSE = (
    NAME,
    prop("state", "state", "STARTED"),
    constant("type", "STANDARD"),
    text("size", _size),
    *(constant(name, 1) for name in ("min_cluster_count", "max_cluster_count", "started_clusters")),
    constant("running", 0),
    constant("queued", 0),
    constant("is_default", "N"),
    CURRENT,
    prop("auto_suspend", "auto_suspend"),
    prop("auto_resume", "auto_resume", "true"),
    CREATED,
    OWNER,
    COMMENT,
    ROLE_TYPE,
)


def _schemas(session: Session, facts: Facts) -> list[Item]:
    return [Item(record, session, facts) for record in schemas(facts)]


LISTINGS: dict[Kind | str, Listing] = {
    Kind.DATABASE: Listing(
        objects(Kind.DATABASE),
        (
            CREATED, NAME, constant("is_default", "N"), CURRENT, constant("origin", ""), OWNER, COMMENT, _options, RETENTION,
            constant("kind", "STANDARD"), constant("budget", None), ROLE_TYPE,
        ),
        account_wide=True,
        history=(Kind.DATABASE,),
    ),
    Kind.SCHEMA: Listing(
        _schemas,
        (
            CREATED, NAME, constant("is_default", "N"), CURRENT, DATABASE, OWNER, COMMENT, _options, RETENTION, ROLE_TYPE,
            constant("budget", None),
        ),
        bare_scope=Kind.DATABASE,
        history=(Kind.SCHEMA,),
    ),
    Kind.WAREHOUSE: Listing(objects(Kind.WAREHOUSE), _WAREHOUSE, terse=None, account_wide=True),
}  # fmt: skip
