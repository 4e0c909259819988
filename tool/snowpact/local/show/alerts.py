"""SHOW ALERTS, and DESCRIBE ALERT, which has the same columns (https://docs.snowflake.com/en/sql-reference/sql/show-alerts)."""

from __future__ import annotations

from snowpact.local.show.listing import COMMENT, CREATED, DATABASE, NAME, OWNER, ROLE_TYPE, SCHEMA, Listing, objects, prop, text
from snowpact.model.catalog import Kind

FIELDS = (
    CREATED, NAME, DATABASE, SCHEMA, OWNER, COMMENT, prop("warehouse", "warehouse"), prop("schedule", "schedule"), prop("state", "state"),
    prop("condition", "condition"), text("action", lambda item: item.record.object.definition), ROLE_TYPE,
)  # fmt: skip

LISTINGS = {Kind.ALERT: Listing(objects(Kind.ALERT), FIELDS, ("created_on", "name", "database_name", "schema_name", "schedule", "state"))}
