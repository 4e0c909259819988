"""GET_DDL: the statement that makes an object again (https://docs.snowflake.com/en/sql-reference/functions/get_ddl).

A dynamic table's statement is the one it was given; of other kinds it is put together from the object. Of a schema or database it is the
statements of all that lies in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowpact.local.describing import spelled
from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.governance.attaching import ATTACHED
from snowpact.local.governance.policies import KINDS as POLICIES
from snowpact.local.objects import Record
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, spell
from snowpact.sql.literals import string_constant

if TYPE_CHECKING:
    from snowpact.local.session import Session

_DEPTHS = {Kind.DATABASE: 1, Kind.SCHEMA: 2, Kind.WAREHOUSE: 1}
_INTERCHANGEABLE = (Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)
_ORDER = (
    Kind.SEQUENCE, Kind.FILE_FORMAT, Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE, Kind.FUNCTION, Kind.PROCEDURE,
    Kind.STREAM, Kind.TASK, Kind.ALERT, Kind.PIPE,
)  # fmt: skip
"""What a schema's statements come in: what others stand on first. Stages are left out, as Snowflake does."""


def ddl_of(session: Session, word: str, name: str, qualified: bool = False) -> str:
    """The statements for an object. Raises "does not exist", UnsupportedFeature for a kind without a text here."""
    if word.upper() == "POLICY":
        return _policy_of(session, session.name(name), qualified)
    kind = _kind(word)
    full = session.name(name.split("(")[0], _DEPTHS.get(kind, 3))
    if "(" in name:
        return _text(_routine(session, kind, full, name), qualified)
    record = session.find(kind, full)
    if record is None or (kind not in _INTERCHANGEABLE and record.object.kind is not kind) or not _readable(session, record):
        raise missing(full, str(kind).title())
    if kind not in (Kind.DATABASE, Kind.SCHEMA):
        return _text(record, qualified)
    within = (item for item in session.engine.state.within(full) if item.object.kind in (*_ORDER, Kind.SCHEMA))
    inside = [item for item in within if _readable(session, item)]
    texts = [f"create or replace {word.lower()} {_shown(record, qualified)};"]
    for schema in sorted({item.name.parts[1] for item in inside}):
        if kind is Kind.DATABASE:
            texts.append(f"create or replace schema {spell(schema)};")
        own = [item for item in inside if len(item.name.parts) == 3 and item.name.parts[1] == schema]
        texts += [_text(item, qualified) for item in sorted(own, key=lambda item: (_ORDER.index(item.object.kind), item.id))]
    return "\n\n".join(texts)


def _kind(word: str) -> Kind:
    try:
        kind = Kind(word.upper().replace("_", " "))
    except ValueError:
        raise compilation(f"invalid object type '{word}' for GET_DDL", 1003, "42000") from None  # text and number [M]
    if kind not in {**_TEXTS, Kind.DATABASE: None, Kind.SCHEMA: None}:
        raise UnsupportedFeature(f"GET_DDL of a {kind}")
    return kind


def _policy_of(session: Session, name: Name, qualified: bool) -> str:
    """Masking and row access policies have one word for both."""
    found = (session.find(kind, name) for kind in POLICIES)
    record = next((record for record in found if record is not None), None)
    if record is None or not access.visible(session, access.active(session), record):
        raise missing(name, "Policy")
    item = record.object
    arguments = ", ".join(f"{spell(argument)} {type_}" for argument, type_ in item.property("arguments", ()))
    comment = f" {_comment(record)}" if item.comment else ""
    head = f"create or replace {item.kind.value.lower()} {_shown(record, qualified)} as ({arguments}) returns {item.property('returns')}"
    return f"{head} -> {item.definition}{comment};"


def _routine(session: Session, kind: Kind, full: Name, written: str) -> Record:
    """The overload with those argument types."""
    from snowpact.model.types import parse_type

    inner = written.partition("(")[2].rstrip(") ")
    types = ", ".join(parse_type(part.strip()).base for part in inner.split(",") if part.strip())
    record = session.find(kind, Name((*full.parts[:2], f"{full.name}({types})")))
    if record is None or not _readable(session, record):
        raise missing(written, str(kind).title())
    return record


def _readable(session: Session, record: Record) -> bool:
    """Whether the session sees the object and may read how it is defined."""
    roles = access.active(session)
    return access.visible(session, roles, record) and not access.keeps_its_text(roles, record)


def _shown(record: Record, qualified: bool) -> str:
    name = Name((*record.name.parts[:-1], record.name.name.split("(")[0]))
    return str(name) if qualified else spell(name.name)


def _text(record: Record, qualified: bool) -> str:
    if any(record.extra.get(key) for key in ATTACHED):
        raise UnsupportedFeature("GET_DDL of what has policies or tags")
    make = _TEXTS.get(record.object.kind)
    if make is None:
        raise UnsupportedFeature(f"GET_DDL of a {record.object.kind}")
    return make(record, _shown(record, qualified))


def _comment(record: Record) -> str:
    return f"COMMENT={string_constant(record.object.comment)}" if record.object.comment else ""


def _table(record: Record, name: str) -> str:
    item = record.object
    kind = "TRANSIENT TABLE" if item.property("transient") else "TEMPORARY TABLE" if record.temporary else "TABLE"
    cluster = f" cluster by ({item.property('cluster_by')})" if item.property("cluster_by") else ""
    lines = [f"\t{line}" for line in (*map(_column, item.columns), *map(_constraint, item.constraints))]
    options = " ".join(filter(None, (_retention(item), _comment(record))))
    end = f"{options}\n;" if options else ";"
    return f"create or replace {kind} {name}{cluster} (\n" + ",\n".join(lines) + f"\n){end}"


def _column(column: Column) -> str:
    parts = [spell(column.name), spelled(column.type)]
    if not column.nullable:
        parts.append("NOT NULL")
    if column.identity:
        parts.append(f"autoincrement start {column.identity[0]} increment {column.identity[1]} noorder")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    return " ".join(parts) + _column_comment(column)


def _constraint(item: Constraint) -> str:
    named = f"constraint {spell(item.name)} " if item.name else ""
    text = f"{named}{item.kind.lower()} ({', '.join(map(spell, item.columns))})"
    if item.references is None:
        return text
    return f"{text} references {item.references}({', '.join(map(spell, item.referenced_columns))})"


def _view(record: Record, name: str) -> str:
    """Whatever was written: it replaces, lists its columns and knows nothing of COPY GRANTS. The white space is [M]."""
    item = record.object
    words = [word for word in ("secure", "temporary", "recursive") if item.property(word)] + [item.kind.value.lower()]
    columns = ",\n".join(f"\t{spell(column.name)}{_column_comment(column)}" for column in item.columns)
    comment = f" {_comment(record)}" if item.comment else ""
    query = (item.definition or "").rstrip().rstrip(";")
    cluster = f" cluster by ({item.property('cluster_by')})" if item.property("cluster_by") else ""
    return f"create or replace {' '.join(words)} {name}(\n{columns}\n){comment}{cluster} as {query};"


def _column_comment(column: Column) -> str:
    return f" COMMENT {string_constant(column.comment)}" if column.comment else ""


def _dynamic_table(record: Record, name: str) -> str:
    """What it is by now, not what once made it; with its column list where it was given one. White space and order are [M]."""
    item = record.object
    columns = ",\n".join(f"\t{spell(column.name)}{_column_comment(column)}" for column in item.columns)
    clauses = [
        f"create or replace {'transient ' if item.property('transient') else ''}dynamic table {name}",
        f"(\n{columns}\n)" if record.extra.get("named") else "",
        f"target_lag = {string_constant(item.property('target_lag'))}",
        f"refresh_mode = {item.property('refresh_mode') or 'AUTO'} warehouse = {spell(item.property('warehouse'))}",
        f"cluster by ({item.property('cluster_by')})" if item.property("cluster_by") else "",
        _retention(item),
        _comment(record),
    ]
    return f"{' '.join(filter(None, clauses))} as {(item.definition or '').rstrip().rstrip(';')};"


def _retention(item: CatalogObject) -> str:
    days = item.property("data_retention_time_in_days")
    return f"DATA_RETENTION_TIME_IN_DAYS={days}" if days is not None else ""


def _sequence(record: Record, name: str) -> str:
    item = record.object
    order = "order" if item.property("ordered") else "noorder"
    options = f"start with {item.property('start', 1)} increment by {item.property('increment', 1)} {order}"
    return f"create or replace sequence {name} {options}{' ' + _comment(record) if item.comment else ''};"


def _file_format(record: Record, name: str) -> str:
    format_ = FileFormat.load(record.extra["format"])
    options = "".join(f"\t{key} = {_option(value)}\n" for key, value in format_.options.items())
    return f"CREATE OR REPLACE FILE FORMAT {name}\n\tTYPE = {format_.type}\n{options}{_comment(record)};"


def _option(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(string_constant, value))})"
    if isinstance(value, (bool, int)):
        return str(value).upper()
    return "NONE" if value is None else string_constant(value)


def _written_routine(record: Record, name: str) -> str:
    item = record.object
    arguments = ", ".join(
        f"{spell(argument)} {type_}" + (f" DEFAULT {default}" if default is not None else "")
        for argument, type_, default in item.property("arguments", ())
    )
    null = " NOT NULL" if item.property("returns_not_null") else ""
    secure = "SECURE " if item.property("secure") else ""
    clauses = [f"RETURNS {item.property('returns')}{null}", f"LANGUAGE {item.property('language') or 'SQL'}"]
    clauses += [
        f"{word} = {string_constant(str(item.property(key)))}"
        for key, word in (("runtime_version", "RUNTIME_VERSION"), ("handler", "HANDLER"))
        if item.property(key)
    ]
    if item.property("packages"):
        clauses.append(f"PACKAGES = ({','.join(map(string_constant, item.property('packages')))})")
    if item.property("imports"):
        clauses.append(f"IMPORTS = ({','.join(map(string_constant, item.property('imports')))})")
    clauses += [item.property(key) for key in ("null_input", "volatility") if item.property(key)]
    if item.comment:
        clauses.append(f"COMMENT = {string_constant(item.comment)}")
    if item.property("execute_as"):
        clauses.append(f"EXECUTE AS {item.property('execute_as')}")
    body = f"AS {string_constant(item.definition or '')}"
    return "\n".join([f"CREATE OR REPLACE {secure}{item.kind.value} {name}({arguments})", *clauses, body]) + ";"


def _stream(record: Record, name: str) -> str:
    item = record.object
    options = [] if item.property("mode") in (None, "DEFAULT") else [f"{str(item.property('mode')).lower()} = true"]
    options += ["show_initial_rows = true"] if item.property("show_initial_rows") else []
    options += [_comment(record)] if item.comment else []
    source = f"{str(item.property('source_kind') or 'TABLE').lower()} {item.property('source')}"
    return f"create or replace stream {name} on {' '.join([source, *options])};"


_TASK_CLAUSES = {"warehouse", "schedule", "finalize", "after", "when", "state", "tags"}
"""What has a spelling of its own, and what CREATE TASK does not take; the other properties are settings and parameters."""


def _task(record: Record, name: str) -> str:
    item = record.object
    after = item.property("after")
    clauses = [
        f"warehouse={spell(item.property('warehouse'))}" if item.property("warehouse") else "",
        f"schedule={string_constant(item.property('schedule'))}" if item.property("schedule") else "",
        *(f"{key}={string_constant(str(value))}" for key, value in item.properties if key not in _TASK_CLAUSES),
        _comment(record),
        f"finalize={item.property('finalize')}" if item.property("finalize") else "",
        f"after {', '.join(map(str, after))}" if after else "",
        f"when {item.property('when')}" if item.property("when") else "",
    ]
    return "\n\t".join([f"create or replace task {name}", *filter(None, clauses), f"as {item.definition}"]) + ";"


def _pipe(record: Record, name: str) -> str:
    item = record.object
    auto = str(item.property("auto_ingest") or "FALSE").lower()
    return f"create or replace pipe {name} auto_ingest={auto}{' ' + _comment(record) if item.comment else ''} as {item.definition};"


def _alert(record: Record, name: str) -> str:
    item = record.object
    clauses = [
        f"warehouse={spell(item.property('warehouse'))}" if item.property("warehouse") else "",
        f"schedule={string_constant(item.property('schedule'))}",
        _comment(record) if item.comment else "",
        f"if (exists(\n\t\t{item.property('condition')}\n\t))",
        f"then\n\t{item.definition}",
    ]
    return "\n\t".join([f"create or replace alert {name}", *filter(None, clauses)]) + ";"


_TEXTS: dict[Kind, Callable[[Record, str], str]] = {
    Kind.TABLE: _table,
    Kind.VIEW: _view,
    Kind.MATERIALIZED_VIEW: _view,
    Kind.DYNAMIC_TABLE: _dynamic_table,
    Kind.SEQUENCE: _sequence,
    Kind.FILE_FORMAT: _file_format,
    Kind.FUNCTION: _written_routine,
    Kind.PROCEDURE: _written_routine,
    Kind.STREAM: _stream,
    Kind.TASK: _task,
    Kind.ALERT: _alert,
    Kind.PIPE: _pipe,
}
