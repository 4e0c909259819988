"""GET_DDL: the statement that makes an object again (https://docs.snowflake.com/en/sql-reference/functions/get_ddl).

Run in an empty schema it makes an equal object. Of a schema or database it is the statements of all in it of the kinds that the page lists:
stages and streamlits are not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.ddl_text.attached import tags_of
from snowpact.local.ddl_text.order import in_order
from snowpact.local.ddl_text.parts import comment, retention, shown
from snowpact.local.ddl_text.texts import TEXTS
from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

_CONTAINERS = (Kind.DATABASE, Kind.SCHEMA)
_DEPTHS = {Kind.DATABASE: 1, Kind.SCHEMA: 2, Kind.WAREHOUSE: 1}
_INTERCHANGEABLE = (Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)


def ddl_of(session: Session, word: str, name: str, qualified: bool = False) -> str:
    """The statements for an object. Raises "does not exist", UnsupportedFeature for a kind without a text here."""
    record = _policy(session, session.name(name)) if word.upper() == "POLICY" else _found(session, _kind(word), name)
    if record.object.kind not in _CONTAINERS:
        return "\n\n".join([_text(session, record, qualified), *_carried(session, record, qualified)])
    inside = [item for item in session.engine.state.within(record.name) if _readable(session, item)]
    if record.object.kind is Kind.SCHEMA:
        return "\n\n".join(_of_schema(session, record, inside, qualified))
    texts = [_made(record, qualified)]
    for schema in sorted((item for item in inside if item.object.kind is Kind.SCHEMA), key=lambda item: item.id):
        texts += _of_schema(session, schema, [item for item in inside if item.name.parent == schema.name], qualified)
    return "\n\n".join([*texts, *_tagged(session, record, qualified)])


def _found(session: Session, kind: Kind, name: str) -> Record:
    full = session.name(name.partition("(")[0], _DEPTHS.get(kind, 3))
    if kind in (Kind.FUNCTION, Kind.PROCEDURE):
        full = full.with_signature(_signature(name.partition("(")[2]))
    record = session.find(kind, full)
    if record is None or not _is(record.object.kind, kind) or not _readable(session, record):
        raise missing(full, str(kind).title())
    return record


def _is(kind: Kind, asked: Kind) -> bool:
    return kind is asked or asked in _INTERCHANGEABLE or (asked is Kind.FUNCTION and kind is Kind.DATA_METRIC_FUNCTION)


def _signature(written: str) -> str:
    """``(NUMBER, VARCHAR)`` of the argument types of a routine, ``(TABLE(NUMBER))`` of a data metric function."""
    from snowpact.sql.cursor import Cursor
    from snowpact.sql.statements.metric import read_signature as read_metric_signature
    from snowpact.sql.statements.routine import read_signature

    cursor = Cursor(f"({written or ')'}")
    return read_metric_signature(cursor) if cursor.peek(1) == "TABLE" else read_signature(cursor)


def _kind(word: str) -> Kind:
    try:
        kind = Kind(word.upper().replace("_", " "))
    except ValueError:
        raise compilation(f"invalid object type '{word}' for GET_DDL", 1003, "42000") from None  # text and number [M]
    if kind not in TEXTS and kind not in _CONTAINERS:
        raise UnsupportedFeature(f"GET_DDL of a {kind}")
    return kind


def _policy(session: Session, name: Name) -> Record:
    """Policies of all kinds have one word."""
    found = (session.find(kind, name) for kind in TEXTS if kind.value.endswith("POLICY"))
    record = next((record for record in found if record is not None), None)
    if record is None or not access.visible(session, access.active(session), record):
        raise missing(name, "Policy")
    return record


def _readable(session: Session, record: Record) -> bool:
    """Whether the session sees the object and may read how it is defined."""
    roles = access.active(session)
    return access.visible(session, roles, record) and not access.keeps_its_text(roles, record)


def _text(session: Session, record: Record, qualified: bool) -> str:
    if record.extra.get("metrics"):
        raise UnsupportedFeature("GET_DDL of what has data metric functions")
    return TEXTS[record.object.kind](session.engine.state, record, shown(record, qualified))


def _made(record: Record, qualified: bool) -> str:
    """A schema or database by itself."""
    item = record.object
    transient = "transient " if item.property("transient") else ""
    managed = "with managed access" if item.property("managed_access") else ""
    clauses = (f"create or replace {transient}{item.kind} {shown(record, qualified)}", managed, retention(item), comment(record))
    return f"{' '.join(filter(None, clauses))};"


def _tagged(session: Session, record: Record, qualified: bool) -> list[str]:
    """Its tags, which may lie inside, in a statement of their own
    (https://community.snowflake.com/articles/Knowledge/get-ddl-tags-policies)."""
    tags = tags_of(session.engine.state, record)
    return [f"alter {record.object.kind} {shown(record, qualified)} set tag {tags};"] if tags else []


def _of_schema(session: Session, schema: Record, inside: list[Record], qualified: bool) -> list[str]:
    texts = [(record, _text(session, record, qualified)) for record in inside if record.object.kind in TEXTS]
    carried = [text for record in sorted(inside, key=lambda item: item.id) for text in _carried(session, record, qualified)]
    return [_made(schema, qualified), *in_order(texts), *carried, *_tagged(session, schema, qualified)]


def _carried(session: Session, record: Record, qualified: bool) -> list[str]:
    """The masking policies of a tag, in a statement of their own [M]."""
    names = ", ".join(f"masking policy {session.engine.state.by_id[id_].name}" for id_ in record.extra.get("policies", ()))
    return [f"alter tag {shown(record, qualified)} set {names};"] if names else []
