"""COPY INTO table: https://docs.snowflake.com/en/sql-reference/sql/copy-into-table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from snowpact.local import defaults, tables
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.relation import compiled
from snowpact.local.stages import loads, reading, source
from snowpact.local.stages.delimited import Fault
from snowpact.local.stages.files import Staged, chosen, listed, remove
from snowpact.local.stages.formats import SEMI_STRUCTURED, FileFormat, format_of
from snowpact.local.stages.loads import FileLoad
from snowpact.local.stages.location import Location, locate
from snowpact.local.stages.probe import Failed, Probe
from snowpact.local.stages.reading import Rows
from snowpact.local.streams import log
from snowpact.local.translate.staged import format_name, location_of, pattern
from snowpact.local.translate.staged import width as highest
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.statements.copy import CopyInto

if TYPE_CHECKING:
    from snowpact.local.session import Session

_KNOWN = {"FILES", "PATTERN", "ON_ERROR", "PURGE", "FORCE", "MATCH_BY_COLUMN_NAME", "ENFORCE_LENGTH", "TRUNCATECOLUMNS",
          "RETURN_FAILED_ONLY", "LOAD_UNCERTAIN_FILES"}  # fmt: skip
_ON_ERROR = re.compile(r"CONTINUE|ABORT_STATEMENT|SKIP_FILE(?:_(\d+)(%?))?")
_ADVICE = (
    "  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the "
    "ON_ERROR option. For more information on loading options, please run 'info loading_data' in a SQL client."
)


@dataclass
class Load:
    """One COPY: where from, in what format, into which columns, by which query."""

    session: Session
    record: Record
    copy: CopyInto
    location: Location
    format: FileFormat
    query: exp.Select | None
    pattern: str | None
    ingest: Ingest | None = None


@dataclass(frozen=True)
class Ingest:
    """What a pipe's COPY loads: the pipe's id, and the files that were sent to it, by their names in the stage; None for all."""

    pipe: int
    files: frozenset[str] | None = None


def load(session: Session, record: Record, copy: CopyInto, ingest: Ingest | None = None) -> list[FileLoad]:
    """Load what is new in the location; what became of each file. Raises the first error where ON_ERROR is ABORT_STATEMENT."""
    ready = prepare(planned(session, record, copy, ingest))
    done = _run(ready.plan, ready.rows, ready.columns, (ready.sql, ready.types), ready.width)
    if copy.options.get("PURGE") is True:
        remove(file for file, item in zip(ready.rows.files, done, strict=True) if item.loaded)
    return done


@dataclass
class Ready:
    """A COPY whose files are read: ``sql`` gives values of these types for the columns."""

    plan: Load
    rows: Rows
    columns: list[str]
    sql: str
    types: list[SnowflakeType]
    width: int


def prepare(plan: Load) -> Ready:
    """Read the files and translate the query. Raises where the statement could load nothing from any file."""
    session, copy = plan.session, plan.copy
    rows = reading.read(session.duck, _chosen(plan), plan.format)
    columns, tree = _query(plan, rows)
    if plan.query is None and plan.format.type == "CSV" and not _matches_names(copy):
        _check_widths(rows, len(columns))
    width = max(rows.width, highest(tree))
    reading.fill(session.duck.execute, source.TABLE, (), width)  # DuckDB may be asked for the types
    sql, types = compiled(session, tree, source.scope(session, rows, width))
    if len(types) != len(columns):
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {len(types)}", 2020, "21S01")
    _refuse_formats(plan, columns, types)
    return Ready(plan, rows, columns, _cut(plan, columns, sql, types), types, width)


def waiting(session: Session, record: Record, copy: CopyInto, ingest: Ingest) -> list[Staged]:
    """The files that a pipe's COPY would load now."""
    return _chosen(planned(session, record, copy, ingest))


def planned(session: Session, record: Record, copy: CopyInto, ingest: Ingest | None = None) -> Load:
    """What a COPY says. Raises for an option, a stage or a format that is not there."""
    unknown = copy.options.keys() - _KNOWN
    if unknown:
        raise UnsupportedFeature(f"COPY option {min(unknown)}")
    query = found = given = None
    where = copy.source
    if copy.query is not None:
        query, table = source.transformation(session, copy.query)
        where, found, given = location_of(table), format_name(table), pattern(table)
    location = locate(session, where or "")
    if location.external and copy.options.get("PURGE") is True:
        raise UnsupportedFeature("PURGE of an external location's files")
    options = copy.format if copy.format is not None else {"FORMAT_NAME": found} if found else {}
    wanted = copy.options.get("PATTERN", given)
    format_ = format_of(session, options, location.format)
    return Load(session, record, copy, location, format_, query, str(wanted) if wanted else None, ingest)


def _chosen(plan: Load) -> list[Staged]:
    """The files to load: those asked for, without those that were loaded before."""
    found = listed(plan.location, plan.pattern)
    names = plan.copy.options.get("FILES")
    if names is not None:
        found = chosen(plan.location, found, names if isinstance(names, tuple) else (str(names),))
    if plan.copy.options.get("FORCE") is True:
        return found
    pipe, sent = (plan.ingest.pipe, plan.ingest.files) if plan.ingest else (None, None)
    before = loads.known(plan.session.duck, plan.record.id, plan.location.key, plan.session.now, pipe)
    fresh = [file for file in found if not {(file.name, file.md5), (file.name, None)} & before]
    return fresh if sent is None else [file for file in fresh if file.name in sent]


def _matches_names(copy: CopyInto) -> bool:
    return str(copy.options.get("MATCH_BY_COLUMN_NAME", "NONE")) != "NONE"


def _query(plan: Load, rows: Rows) -> tuple[list[str], exp.Expression]:
    """The columns that are loaded and the query for them."""
    columns = list(plan.copy.columns) or [column.name for column in plan.record.object.columns]
    if plan.query is not None:
        return (columns if plan.copy.columns else columns[: len(plan.query.selects)]), plan.query
    if not _matches_names(plan.copy):
        if plan.format.options.get("PARSE_HEADER"):
            raise compilation(
                'Invalid file format "PARSE_HEADER" is only allowed for CSV INFER_SCHEMA and MATCH_BY_COLUMN_NAME', 2019, "42601"
            )
        return columns, source.plain(plan.session, plan.record, columns, plan.format)
    exact = str(plan.copy.options["MATCH_BY_COLUMN_NAME"]) == "CASE_SENSITIVE"
    if str(plan.record.object.property("enable_schema_evolution")).upper() == "TRUE":
        source.refuse_evolution(plan.record, rows, exact)
    if plan.format.type in SEMI_STRUCTURED:
        return source.by_name(plan.session, plan.record, plan.format, None, exact)
    if not plan.format["PARSE_HEADER"]:
        raise UnsupportedFeature("MATCH_BY_COLUMN_NAME of CSV files without PARSE_HEADER = TRUE")
    names = [reading.names_of(file, plan.format) for file in rows.files]
    if any(other != names[0] for other in names):
        raise UnsupportedFeature("MATCH_BY_COLUMN_NAME of files with different headers")
    return source.by_name(plan.session, plan.record, plan.format, names[0] if names else columns, exact)


def _check_widths(rows: Rows, wanted: int) -> None:
    """Records with more or fewer fields than there are columns are faults, unless the format says otherwise."""
    if not rows.format["ERROR_ON_COLUMN_COUNT_MISMATCH"]:
        return
    kept = []
    for row in rows.rows:
        _, file, number, line, fields = row
        if len(fields) == wanted:
            kept.append((len(kept), *row[1:]))
            continue
        text = (
            f"Number of columns in file ({len(fields)}) does not match that of the corresponding table ({wanted}), use file format option "
            "error_on_column_count_mismatch=false to ignore this error"
        )
        rows.faults.append((file, reading.Parsed(number, line, fields), Fault(text)))
    rows.rows = kept


def _refuse_formats(plan: Load, columns: list[str], types: Sequence[SnowflakeType | None]) -> None:
    """A query's text that becomes a date or time implicitly would follow the file's own format; here only a load without a query does."""
    if plan.query is None or plan.format.type != "CSV":
        return
    for name, type_ in zip(columns, types, strict=True):
        column = plan.record.object.column(name)
        key = source.FORMATS.get(column.type.base, ("",))[0] if column else ""
        if key and plan.format[key] != "AUTO" and (type_ is None or type_.base == "VARCHAR"):
            raise UnsupportedFeature(f"{key} for the text of a COPY's query")


def _cut(plan: Load, columns: list[str], sql: str, types: Sequence[SnowflakeType | None]) -> str:
    """TRUNCATECOLUMNS = TRUE, which is ENFORCE_LENGTH = FALSE: text as long as its column."""
    if plan.copy.options.get("TRUNCATECOLUMNS") is not True and plan.copy.options.get("ENFORCE_LENGTH") is not False:
        return sql
    names = [f"x{index}" for index in range(1, len(columns) + 1)]
    shown = []
    for name, column, type_ in zip(names, columns, types, strict=True):
        target = plan.record.object.column(column)
        length = target.type.length if target and target.type.base == "VARCHAR" and type_ and type_.base == "VARCHAR" else None
        shown.append(f"substr({name}, 1, {length}) AS {name}" if length else name)
    return f"SELECT {', '.join(shown)} FROM ({sql}) AS s({', '.join(names)})"


def _run(plan: Load, rows: Rows, columns: list[str], query: tuple[str, list[SnowflakeType]], width: int) -> list[FileLoad]:
    on_error = str(plan.copy.options.get("ON_ERROR", "ABORT_STATEMENT")).upper()
    mode = _ON_ERROR.fullmatch(on_error)
    if mode is None:
        raise compilation(f"invalid value ['{on_error}'] for parameter 'ON_ERROR'", 1008, "22023")
    pipe = plan.ingest.pipe if plan.ingest else None
    done = [
        FileLoad(file.name, plan.location.listed(file.name), file.size, file.md5, count, error_limit=_limit(mode, count), pipe=pipe)
        for file, count in zip(rows.files, rows.parsed, strict=True)
    ]
    for index, item, fault in rows.faults:
        done[index].errors.append((item.number, item.line, fault.character, fault.message, None))
    aborts = on_error == "ABORT_STATEMENT"
    if aborts and rows.faults:
        raise _aborted(plan, done)
    if not aborts:
        _add(plan, rows, done, Probe(plan.session, plan.record, columns, *query).failures(rows.rows, width))
        _leave_out(rows, done, mode)
    try:
        _insert(plan, rows, columns, query, width)
    except duckdb.Error:
        if not aborts:
            raise
        _add(plan, rows, done, Probe(plan.session, plan.record, columns, *query).failures(rows.rows, width))
        if not any(item.errors for item in done):
            raise
        raise _aborted(plan, done) from None
    for item in done:
        loads.remember(plan.session.transaction.write, plan.record.id, plan.location.key, item, plan.session.now)
    return done


def _add(plan: Load, rows: Rows, done: list[FileLoad], failed: Sequence[Failed]) -> None:
    """Rows that failed, as errors of their files."""
    bad = {item.row for item in failed}
    for item in failed:
        _, file, number, line, _ = rows.of(item.row)
        column = f'"{plan.record.name.name}"["{item.column}":{plan.record.object.position(item.column) + 1}]' if item.column else None
        done[file].errors.append((number, line, 1, item.error.message, column))
    for file in done:
        file.errors.sort(key=lambda error: error[0])
    rows.rows = [(index, *row[1:]) for index, row in enumerate(row for row in rows.rows if row[0] not in bad)]


def _leave_out(rows: Rows, done: list[FileLoad], mode: re.Match[str]) -> None:
    """SKIP_FILE, SKIP_FILE_<n>, SKIP_FILE_<n>%: whole files."""
    if not mode[0].startswith("SKIP_FILE"):
        return
    for file in done:
        allowed = float(mode[1] or 1)
        reached = len(file.errors) * 100 / max(file.parsed, 1) if mode[2] else len(file.errors)
        file.skipped = bool(file.errors) and reached >= allowed
    kept = (row for row in rows.rows if not done[row[1]].skipped)
    rows.rows = [(index, *row[1:]) for index, row in enumerate(kept)]


def _insert(plan: Load, rows: Rows, columns: list[str], query: tuple[str, list[SnowflakeType]], width: int) -> None:
    session = plan.session
    left_out = defaults.evaluated(session, plan.record, columns)
    reading.fill(session.transaction.write, source.TABLE, rows.rows, width)
    with log.recorded(session, plan.record, None):
        session.transaction.write(tables.insert(plan.record, columns, *query, left_out))
    session.transaction.write(f"DROP TABLE {source.TABLE}")


def _aborted(plan: Load, done: list[FileLoad]) -> StatementError:
    """The first error of the first file that has one."""
    item = next(item for item in done if item.errors)
    row, line, character, message, column = item.errors[0]
    place = f"  File '{item.label}', line {line}, character {character}"
    where = f"  Row {row}, column {column}" if column else f"  Row {row} starts at line {line}"
    return StatementError("\n".join([message, place, where, _ADVICE]), 100080 if column is None else 100038, "22000")


def _limit(mode: re.Match[str], parsed: int) -> int:
    """The errors that ON_ERROR lets a file have, as COPY's answer gives them."""
    if mode[0] == "CONTINUE":
        return parsed
    return int(mode[1]) if mode[1] and not mode[2] else 1
