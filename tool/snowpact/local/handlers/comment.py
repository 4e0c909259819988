"""COMMENT ON every kind of object, and on columns (https://docs.snowflake.com/en/sql-reference/sql/comment)."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.alter_columns import require
from snowpact.local.ddl import ddl
from snowpact.local.errors import missing
from snowpact.local.governance import access
from snowpact.local.objects import DEPTH
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.routine import read_signature

DONE = message("Statement executed successfully.")


@handles("COMMENT")
def comment(session: Session, statement: Classified) -> EngineResult:
    cursor = statement.cursor()
    column = None
    if statement.kind == "COLUMN":
        *table, column = Name.parse(statement.name or "").parts if (statement.name or "").count(".") < 3 else _four(statement.name or "")
        kind, name = Kind.TABLE, session.complete(Name(tuple(table)))
    elif isinstance(statement.kind, Kind):
        kind, name = statement.kind, session.name(statement.name, DEPTH.get(statement.kind, 3))
        if kind in (Kind.PROCEDURE, Kind.FUNCTION):
            name = name.with_signature(read_signature(cursor))
    else:
        raise UnsupportedFeature(f"COMMENT ON {getattr(statement.kind, 'value', statement.kind)}")
    cursor.expect("IS")
    text = cursor.string() or None
    cursor.finish()
    record = session.find(kind, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, kind.value.title())
    access.require(session, record, "OWNERSHIP", label=record.object.kind.value.capitalize())
    with ddl(session) as change:
        if column is None:
            change.alter(record, replace(record.object, comment=text))
        else:
            changed = replace(require(record, column), comment=text)
            columns = tuple(changed if item.name == column else item for item in record.object.columns)
            change.alter(record, replace(record.object, columns=columns))
    return DONE


def _four(text: str) -> tuple[str, ...]:
    """The parts of ``db.schema.table.column``."""
    head, _, last = text.rpartition(".") if not text.endswith('"') else (text[: text.rindex('."')], ".", text[text.rindex('."') + 1 :])
    return (*Name.parse(head).parts, *Name.parse(last).parts)
