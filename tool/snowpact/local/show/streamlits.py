"""SHOW STREAMLITS: https://docs.snowflake.com/en/sql-reference/sql/show-streamlits."""

from __future__ import annotations

from snowpact.local.show.listing import COMMENT, CREATED, DATABASE, NAME, OWNER, ROLE_TYPE, SCHEMA, Listing, objects, prop, text
from snowpact.model.catalog import Kind

FIELDS = (
    CREATED, NAME, DATABASE, SCHEMA, prop("title", "title"), OWNER, COMMENT, prop("query_warehouse", "query_warehouse"),
    text("url_id", lambda item: f"{item.record.id:x}"), ROLE_TYPE,
)  # fmt: skip

LISTINGS = {Kind.STREAMLIT: Listing(objects(Kind.STREAMLIT), FIELDS)}
