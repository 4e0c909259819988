"""COPY INTO a table or a location: https://docs.snowflake.com/en/sql-reference/sql/copy-into-table, copy-into-location."""

from __future__ import annotations

from dataclasses import dataclass, field

from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_names
from snowpact.sql.statements.options import Option, Options, read_option, read_options


@dataclass(frozen=True, slots=True)
class CopyInto:
    """target and source: a table's name as written, ``@stage/path`` or a URL; query: the text in brackets instead of a source.

    format: the options of FILE_FORMAT; a bare name is its FORMAT_NAME. partition_by is an expression's text.
    """

    target: str
    columns: tuple[str, ...] = ()
    source: str | None = None
    query: str | None = None
    format: Options | None = None
    options: dict[str, Option] = field(default_factory=dict)
    partition_by: str | None = None

    @property
    def unloads(self) -> bool:
        return self.target.startswith("@") or "://" in self.target


def parse_copy(text: str) -> CopyInto:
    """Raises SqlInputError for what is no COPY INTO."""
    cursor = classify(text).cursor()
    cursor.at = 0
    cursor.expect("COPY")
    cursor.expect("INTO")
    fields: dict = {"target": _place(cursor)}
    if cursor.peek() == "(":
        fields["columns"] = read_names(cursor)
    cursor.expect("FROM")
    if cursor.peek() == "(":
        fields["query"] = cursor.group_text()
    else:
        fields["source"] = _place(cursor)
    options: dict[str, Option] = {}
    while not cursor.done:
        if cursor.accept("FILE_FORMAT"):
            cursor.expect("=")
            fields["format"] = _format(cursor)
        elif cursor.accept("PARTITION BY"):
            fields["partition_by"] = cursor.group_text() if cursor.peek() == "(" else cursor.name()
        elif cursor.accept("HEADER") and cursor.peek() != "=":
            options["HEADER"] = True
        else:
            cursor.at -= cursor.tokens[cursor.at - 1].word == "HEADER"
            key, value = _option(cursor)
            options[key] = value
        cursor.accept(",")
    return CopyInto(**fields, options=options)


def _place(cursor: Cursor) -> str:
    if cursor.peek() in _SCHEMES and cursor.peek(1) == ":":
        return _url(cursor)
    return cursor.string() if cursor.kind == "string" else cursor.name()


_SCHEMES = {"S3", "S3GOV", "S3CHINA", "GCS", "AZURE", "S3COMPAT"}


def _url(cursor: Cursor) -> str:
    """A URL without quotes, as some scripts have it. From ``//`` on it counts as a comment: only its scheme is sure."""
    scheme = cursor.take().text
    cursor.take()
    return f"{scheme}://"


def _format(cursor: Cursor) -> Options:
    if cursor.peek() == "(":
        return read_options(cursor)
    return {"FORMAT_NAME": cursor.string() if cursor.kind == "string" else cursor.name()}


def _option(cursor: Cursor) -> tuple[str, Option]:
    if cursor.peek() in {"CREDENTIALS", "ENCRYPTION", "INCLUDE_METADATA"}:
        key = cursor.take().word
        cursor.expect("=")
        cursor.skip_group()
        return key, "given"
    key, value = read_option(cursor)
    if cursor.accept("%"):  # ON_ERROR = SKIP_FILE_10%
        value = f"{value}%"
    return key, value
