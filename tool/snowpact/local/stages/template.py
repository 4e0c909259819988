"""CREATE TABLE … USING TEMPLATE (query): columns from an array of objects, as INFER_SCHEMA describes them.

https://docs.snowflake.com/en/sql-reference/sql/create-table (CREATE TABLE … USING TEMPLATE). Names are taken as they are, capitals and all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.relation import query_of
from snowpact.model.catalog import Column
from snowpact.model.types import parse_type

if TYPE_CHECKING:
    from snowpact.local.session import Session


def columns_of(session: Session, text: str) -> tuple[Column, ...]:
    """The columns that the query describes, in the array's order. Raises where it gives no array of COLUMN_NAME and TYPE."""
    query = query_of(session, text)
    rows = session.duck.execute(query.sql).fetchall()
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
    described = json.loads(value) if isinstance(value, str) else value
    if not isinstance(described, list) or not described:
        raise compilation("The template gives no columns.", 2070, "42601")  # text and number [M]
    return tuple(_column(item) for item in described)


def _column(item: Any) -> Column:
    if not isinstance(item, dict) or not isinstance(item.get("COLUMN_NAME"), str) or not isinstance(item.get("TYPE"), str):
        raise compilation("A template's column needs COLUMN_NAME and TYPE.", 2070, "42601")  # text and number [M]
    return Column(item["COLUMN_NAME"], parse_type(item["TYPE"]), nullable=item.get("NULLABLE") is not False)
