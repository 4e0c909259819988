"""DESCRIBE: the columns of a relation, the parts of a routine, what a database or schema holds.

DESCRIBE TABLE and DESCRIBE VIEW are interchangeable (https://docs.snowflake.com/en/sql-reference/sql/desc-table).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowpact.local.describing import described_default, described_type, returned_type, returns_text, signature, spelled
from snowpact.local.errors import missing
from snowpact.local.facts import SessionFacts
from snowpact.local.governance import access
from snowpact.local.governance.policies import policy_names
from snowpact.local.information_schema import VIEWS
from snowpact.local.information_schema.fields import TEXT, TIME, Field, plain_name
from snowpact.local.objects import Record
from snowpact.local.querylog import remembered
from snowpact.local.show import alerts, external, governance, parties, pipes, relations, shares, stages, streams, tasks
from snowpact.local.show.listing import Item
from snowpact.model.catalog import INTEGRATIONS, RELATIONS, Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType, TypeSyntaxError, parse_type
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]

COLUMNS = (
    "name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment", "policy name",
    "privacy domain",
)  # fmt: skip

_HEAD: list[tuple[str, SnowflakeType]] = [(column, TEXT) for column in COLUMNS]


def describe(statement: Classified, session: Session) -> Answer:
    """(columns, rows) of a DESCRIBE. Raises UnsupportedFeature for a kind that has no description here."""
    kind = statement.kind
    if isinstance(kind, Kind) and kind in RELATIONS:
        return _relation(statement, session)
    if kind == "RESULT":
        return _result(statement, session)
    found = _OTHERS.get(kind) if isinstance(kind, Kind) else None
    if found is None:
        raise UnsupportedFeature(f"DESCRIBE {kind.value if isinstance(kind, Kind) else kind}")
    return found(statement, session)


def _relation(statement: Classified, session: Session) -> Answer:
    cursor = statement.cursor()
    if cursor.accept("TYPE") and cursor.accept("=") and not cursor.accept("COLUMNS"):
        raise UnsupportedFeature("DESCRIBE TABLE … TYPE = STAGE")
    cursor.accept(";")
    cursor.finish()
    name = session.name(statement.name)
    if name.schema == "INFORMATION_SCHEMA" and name.name in VIEWS:
        fields = VIEWS[name.name].fields
        return _HEAD, [(field.name, spelled(field.type), "COLUMN", "Y", None, "N", "N", *[None] * 5) for field in fields]
    record = session.find(Kind.TABLE, name)
    if record is None:
        raise missing(name, "View" if statement.kind is Kind.VIEW else "Table")
    policies = policy_names(session.engine.state, record)
    return _HEAD, [_column(record, column, policies.get(column.name)) for column in record.object.columns]


def _result(statement: Classified, session: Session) -> Answer:
    """The columns of a result that is remembered: ``'<query id>'`` or LAST_QUERY_ID()
    (https://docs.snowflake.com/en/sql-reference/sql/desc-result)."""
    cursor = statement.cursor()
    if cursor.accept("LAST_QUERY_ID"):
        if cursor.group_text():
            raise UnsupportedFeature("DESCRIBE RESULT LAST_QUERY_ID of a number")
        query_id = session.last_query_id or ""
    else:
        query_id = cursor.string()
    cursor.finish()
    found = remembered(session, query_id)
    return _HEAD[:10], [(column.name, spelled(column.type), "COLUMN", "Y", None, "N", "N", None, None, None) for column in found.columns]


def _column(record: Record, column: Column, policy: str | None) -> tuple[Any, ...]:
    def within(kind: str) -> str:
        return "Y" if any(item.kind == kind and column.name in item.columns for item in record.object.constraints) else "N"

    return (
        column.name,
        described_type(column),
        "VIRTUAL" if column.expression else "COLUMN",
        "Y" if column.nullable else "N",
        described_default(column),
        within("PRIMARY KEY"),
        within("UNIQUE"),
        None,
        column.expression,
        column.comment,
        policy,
        None,
    )


def _routine(statement: Classified, session: Session) -> Answer:
    cursor = statement.cursor()
    given = cursor.group_text()
    name = session.name(statement.name)
    try:
        types = ", ".join(parse_type(part).base for part in _split(given))
    except TypeSyntaxError as error:
        raise missing(f"{name}({given})", str(statement.kind).title()) from error
    record = session.find(statement.kind or "", Name((*name.parts[:2], f"{name.name}({types})")))
    if record is None or not access.sees(session, record):
        raise missing(f"{name}({given})", str(statement.kind).title())
    item = access.told(access.active(session), record).object
    returned = returned_type(record)
    shown = {
        "signature": signature(record),
        "returns": spelled(returned) if returned else returns_text(record),
        "language": item.property("language"),
        "null handling": item.property("null_input") or "CALLED ON NULL INPUT",
        "volatility": item.property("volatility") or "VOLATILE",
        "execute as": item.property("execute_as"),
        "body": item.definition,
        "runtime_version": item.property("runtime_version"),
        "handler": item.property("handler"),
        "packages": f"[{', '.join(map(repr, item.property('packages')))}]" if item.property("packages") else None,
    }
    return [("property", TEXT), ("value", TEXT)], [pair for pair in shown.items() if pair[1] is not None]


def _split(types: str) -> list[str]:
    """Types between commas outside brackets."""
    parts, depth = [""], 0
    for char in types:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part.strip()]


def _container(parts: int) -> Callable[[Classified, Session], Answer]:
    """created_on, name, kind of what lies directly inside."""

    def described(statement: Classified, session: Session) -> Answer:
        name = session.name(statement.name, parts)
        session.require(statement.kind, name)  # type: ignore[arg-type]
        inside = [record for record in session.engine.state.within(name) if len(record.name.parts) == parts + 1]
        rows = [(record.created_on, plain_name(record), record.object.kind.value) for record in inside]
        return [("created_on", TIME), ("name", TEXT), ("kind", TEXT)], sorted(rows, key=lambda row: row[1])

    return described


def _warehouse(statement: Classified, session: Session) -> Answer:
    name = session.name(statement.name, 1)
    record = session.find(Kind.WAREHOUSE, name)
    if record is None:
        raise missing(name, "Warehouse")
    return [("created_on", TIME), ("name", TEXT), ("kind", TEXT)], [(record.created_on, name.name, "WAREHOUSE")]


def _as_listed(kind: Kind, fields: tuple[Field, ...]) -> Callable[[Classified, Session], Answer]:
    """What is described by the row that SHOW has of it."""

    def described(statement: Classified, session: Session) -> Answer:
        name = session.name(statement.name)
        record = session.find(kind, name)
        if record is None:
            raise missing(name, str(kind).title())
        item = Item(record, session, SessionFacts(session))
        return [(field.name, field.type) for field in fields], [tuple(field.value(item) for field in fields)]

    return described


_OTHERS: dict[Kind, Callable[[Classified, Session], Answer]] = {
    Kind.FUNCTION: _routine,
    Kind.PROCEDURE: _routine,
    Kind.DATABASE: _container(1),
    Kind.SCHEMA: _container(2),
    Kind.WAREHOUSE: _warehouse,
    Kind.STREAM: _as_listed(Kind.STREAM, streams.FIELDS),
    Kind.TASK: _as_listed(Kind.TASK, tasks.FIELDS),
    Kind.PIPE: _as_listed(Kind.PIPE, pipes.FIELDS),
    Kind.ALERT: _as_listed(Kind.ALERT, alerts.FIELDS),
    **dict.fromkeys(INTEGRATIONS, external.described_integration),
    Kind.SECRET: _as_listed(Kind.SECRET, external.SECRET_FIELDS),
    Kind.NETWORK_RULE: _as_listed(Kind.NETWORK_RULE, external.RULE_FIELDS),
    Kind.NETWORK_POLICY: external.described_network_policy,
    Kind.SEQUENCE: _as_listed(Kind.SEQUENCE, relations.LISTINGS[Kind.SEQUENCE].fields),
    Kind.USER: parties.described_user,
    Kind.STAGE: stages.describe_stage,
    Kind.FILE_FORMAT: stages.describe_format,
    Kind.SHARE: shares.described_share,
    Kind.MASKING_POLICY: governance.described_policy,
    Kind.ROW_ACCESS_POLICY: governance.described_policy,
    Kind.AGGREGATION_POLICY: governance.described_policy,
    Kind.PROJECTION_POLICY: governance.described_policy,
}
