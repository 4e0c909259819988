"""SHOW MASKING POLICIES, ROW ACCESS POLICIES, TAGS, and DESCRIBE of policies.

https://docs.snowflake.com/en/sql-reference/sql/show-masking-policies, desc-masking-policy, show-tags
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import missing
from snowpact.local.information_schema.fields import TEXT
from snowpact.local.show.listing import COMMENT, CREATED, DATABASE, NAME, OWNER, ROLE_TYPE, SCHEMA, Item, Listing, constant, objects, text
from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session


def _policies(kind: Kind) -> Listing:
    word = kind.value.replace(" ", "_")
    return Listing(
        objects(kind), (CREATED, NAME, DATABASE, SCHEMA, constant("kind", word), OWNER, COMMENT, ROLE_TYPE, constant("options", ""))
    )


def _allowed(item: Item) -> str | None:
    values = item.record.object.property("allowed_values")
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values is not None else None


LISTINGS: dict[Kind | str, Listing] = {
    Kind.MASKING_POLICY: _policies(Kind.MASKING_POLICY),
    **{
        kind: _policies(kind)
        for kind in (
            Kind.ROW_ACCESS_POLICY, Kind.AGGREGATION_POLICY, Kind.PROJECTION_POLICY, Kind.PASSWORD_POLICY, Kind.SESSION_POLICY,
            Kind.AUTHENTICATION_POLICY,
        )
    },
    Kind.TAG: Listing(
        objects(Kind.TAG),
        (
            CREATED, NAME, DATABASE, SCHEMA, OWNER, COMMENT, text("allowed_values", _allowed), ROLE_TYPE, constant("propagate", "NONE"),
            constant("on_conflict", None),
        ),
    ),
}  # fmt: skip


def described_policy(statement: Classified, session: Session) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """name, signature, return_type, body."""
    kind = Kind(statement.kind)
    name = session.name(statement.name)
    record = session.find(kind, name)
    if record is None:
        raise missing(name, kind.value.capitalize())
    item = record.object
    signature = "(" + ", ".join(f"{argument} {type_}" for argument, type_ in item.property("arguments", ())) + ")"
    columns = [(column, TEXT) for column in ("name", "signature", "return_type", "body")]
    return columns, [(name.name, signature, item.property("returns"), item.definition)]
