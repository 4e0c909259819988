"""The texts of the kinds of object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from snowpact.local.ddl_text.attached import of_column, of_whole
from snowpact.local.ddl_text.parts import clustered, column_comment, comment, constraint, declared, retention
from snowpact.local.objects import Record, State
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import Kind
from snowpact.model.names import spell
from snowpact.sql.literals import string_constant

_FLAGS = ("change_tracking", "enable_schema_evolution")


def _table(state: State, record: Record, name: str) -> str:
    item = record.object
    kind = "TRANSIENT TABLE" if item.property("transient") else "TEMPORARY TABLE" if record.temporary else "TABLE"
    columns = (declared(column, of_column(state, record, column.name)) for column in item.columns)
    lines = [f"\t{line}" for line in (*columns, *map(constraint, item.constraints))]
    flags = (f"{key.upper()}=TRUE" for key in _FLAGS if item.property(key))
    options = " ".join(filter(None, (of_whole(state, record).strip(), retention(item), *flags, comment(record))))
    end = f"{options}\n;" if options else ";"
    return f"create or replace {kind} {name}{clustered(item)} (\n" + ",\n".join(lines) + f"\n){end}"


def _view(state: State, record: Record, name: str) -> str:
    """Whatever was written: it replaces, lists its columns and knows nothing of COPY GRANTS. The white space is [M]."""
    item = record.object
    words = [word for word in ("secure", "temporary", "recursive") if item.property(word)] + [item.kind.value.lower()]
    tracking = " CHANGE_TRACKING=TRUE" if item.property("change_tracking") else ""
    options = f"{of_whole(state, record)}{tracking}{' ' + comment(record) if item.comment else ''}{clustered(item)}"
    query = (item.definition or "").rstrip().rstrip(";")
    return f"create or replace {' '.join(words)} {name}{_listed(state, record)}{options} as {query};"


def _listed(state: State, record: Record) -> str:
    """The names of the columns that a query makes."""
    columns = (f"\t{spell(one.name)}{of_column(state, record, one.name)}{column_comment(one)}" for one in record.object.columns)
    return "(\n" + ",\n".join(columns) + "\n)"


def _dynamic_table(state: State, record: Record, name: str) -> str:
    """What it is by now, not what once made it; with its column list where it was given one or needs one. White space and order are [M]."""
    item = record.object
    listed = record.extra.get("named") or any(record.extra.get(key) for key in ("masking", "column_tags"))
    clauses = [
        f"create or replace {'transient ' if item.property('transient') else ''}dynamic table {name}",
        _listed(state, record) if listed or any(column.comment for column in item.columns) else "",
        f"target_lag = {string_constant(item.property('target_lag'))}",
        f"refresh_mode = {item.property('refresh_mode') or 'AUTO'}",
        f"initialize = {item.property('initialize')}" if item.property("initialize") else "",
        f"warehouse = {spell(item.property('warehouse'))}",
        clustered(item).strip(),
        retention(item),
        comment(record),
        of_whole(state, record).strip(),
    ]
    return f"{' '.join(filter(None, clauses))} as {(item.definition or '').rstrip().rstrip(';')};"


def _sequence(state: State, record: Record, name: str) -> str:
    item = record.object
    order = "order" if item.property("ordered") else "noorder"
    options = f"start with {item.property('start', 1)} increment by {item.property('increment', 1)} {order}"
    return f"create or replace sequence {name} {options}{' ' + comment(record) if item.comment else ''};"


def _file_format(state: State, record: Record, name: str) -> str:
    format_ = FileFormat.load(record.extra["format"])
    options = "".join(f"\t{key} = {_option(value)}\n" for key, value in format_.options.items())
    return f"CREATE OR REPLACE FILE FORMAT {name}\n\tTYPE = {format_.type}\n{options}{comment(record)};"


def _option(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(string_constant, value))})"
    if isinstance(value, (bool, int)):
        return str(value).upper()
    return "NONE" if value is None else string_constant(value)


def _written_routine(state: State, record: Record, name: str) -> str:
    item = record.object
    arguments = ", ".join(
        f"{spell(argument)} {type_}" + (f" DEFAULT {default}" if default is not None else "")
        for argument, type_, default in item.property("arguments", ())
    )
    null = " NOT NULL" if item.property("returns_not_null") else ""
    secure = ("SECURE " if item.property("secure") else "") + ("AGGREGATE " if item.property("aggregate") else "")
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


def _stream(state: State, record: Record, name: str) -> str:
    item = record.object
    options = [] if item.property("mode") in (None, "DEFAULT") else [f"{str(item.property('mode')).lower()} = true"]
    options += ["show_initial_rows = true"] if item.property("show_initial_rows") else []
    options += [comment(record)] if item.comment else []
    source = f"{str(item.property('source_kind') or 'TABLE').lower()} {item.property('source')}"
    return f"create or replace stream {name} on {' '.join([source, *options])};"


_TASK_CLAUSES = {"warehouse", "schedule", "finalize", "after", "when", "state", "tags"}
"""What has a spelling of its own, and what CREATE TASK does not take; the other properties are settings and parameters."""


def _task(state: State, record: Record, name: str) -> str:
    item = record.object
    after = item.property("after")
    clauses = [
        f"warehouse={spell(item.property('warehouse'))}" if item.property("warehouse") else "",
        f"schedule={string_constant(item.property('schedule'))}" if item.property("schedule") else "",
        *(f"{key}={string_constant(str(value))}" for key, value in item.properties if key not in _TASK_CLAUSES),
        comment(record),
        f"finalize={item.property('finalize')}" if item.property("finalize") else "",
        f"after {', '.join(map(str, after))}" if after else "",
        f"when {item.property('when')}" if item.property("when") else "",
    ]
    return "\n\t".join([f"create or replace task {name}", *filter(None, clauses), f"as {item.definition}"]) + ";"


def _pipe(state: State, record: Record, name: str) -> str:
    item = record.object
    auto = str(item.property("auto_ingest") or "FALSE").lower()
    return f"create or replace pipe {name} auto_ingest={auto}{' ' + comment(record) if item.comment else ''} as {item.definition};"


def _alert(state: State, record: Record, name: str) -> str:
    item = record.object
    clauses = [
        f"warehouse={spell(item.property('warehouse'))}" if item.property("warehouse") else "",
        f"schedule={string_constant(item.property('schedule'))}",
        comment(record) if item.comment else "",
        f"if (exists(\n\t\t{item.property('condition')}\n\t))",
        f"then\n\t{item.definition}",
    ]
    return "\n\t".join([f"create or replace alert {name}", *filter(None, clauses)]) + ";"


def _tag(state: State, record: Record, name: str) -> str:
    """Without the masking policies that it carries: they may read it, and so come later."""
    values = record.object.property("allowed_values")
    allowed = f" ALLOWED_VALUES {', '.join(map(string_constant, values))}" if values is not None else ""
    return f"create or replace tag {name}{allowed}{' ' + comment(record) if record.object.comment else ''};"


def _policy(state: State, record: Record, name: str) -> str:
    item = record.object
    arguments = ", ".join(f"{spell(argument)} {type_}" for argument, type_ in item.property("arguments", ()))
    returns = f"returns {item.property('returns')} -> {item.definition}{' ' + comment(record) if item.comment else ''}"
    return f"create or replace {item.kind} {name} as ({arguments}) {returns};"


def _settings(state: State, record: Record, name: str) -> str:
    """What was set of a policy that is nothing else. White space and order are [M]."""
    set_ = [f"{key} = {_value(value)}" for key, value in record.object.properties]
    return "\n\t".join(filter(None, [f"create or replace {record.object.kind} {name}", *set_, comment(record)])) + "\n;"


def _value(value: Any) -> str:
    return f"({', '.join(map(string_constant, value))})" if isinstance(value, tuple) else str(value)


def _metric(state: State, record: Record, name: str) -> str:
    item = record.object
    tables = ", ".join(
        f"{spell(table)} TABLE({', '.join(f'{spell(column)} {type_}' for column, type_ in columns)})"
        for table, columns in item.property("tables")
    )
    secure = "SECURE " if item.property("secure") else ""
    said = f"\n{comment(record)}" if item.comment else ""
    body = f"RETURNS {item.property('returns')}{said}\nAS {string_constant(item.definition or '')}"
    return f"CREATE OR REPLACE {secure}{item.kind.value} {name}({tables})\n{body};"


def _warehouse(state: State, record: Record, name: str) -> str:
    """What was set, in CREATE's order; what never was has Snowflake's default. White space is [M]."""
    set_ = [f"{key}={value}" for key, value in record.object.properties if key != "state"]
    return "\n\t".join(filter(None, [f"create or replace warehouse {name} with", *set_, comment(record)])) + "\n;"


TEXTS: dict[Kind, Callable[[State, Record, str], str]] = {
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
    Kind.TAG: _tag,
    Kind.MASKING_POLICY: _policy,
    Kind.ROW_ACCESS_POLICY: _policy,
    Kind.AGGREGATION_POLICY: _policy,
    Kind.PROJECTION_POLICY: _policy,
    Kind.PASSWORD_POLICY: _settings,
    Kind.SESSION_POLICY: _settings,
    Kind.AUTHENTICATION_POLICY: _settings,
    Kind.DATA_METRIC_FUNCTION: _metric,
    Kind.WAREHOUSE: _warehouse,
}
