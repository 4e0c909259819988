"""What is attached where: POLICY_REFERENCES, TAG_REFERENCES, TAG_REFERENCES_ALL_COLUMNS and SYSTEM$GET_TAG.

https://docs.snowflake.com/en/sql-reference/functions/policy_references, tag_references, tag_references_all_columns, system_get_tag
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, invalid_identifier, missing
from snowpact.local.governance import access
from snowpact.local.governance.inheritance import effective
from snowpact.local.governance.policies import KINDS, references
from snowpact.local.governance.tag_masking import tag_references
from snowpact.local.objects import DEPTH, Record
from snowpact.local.table_function import Rows, TableFunction
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.names import Name
from snowpact.model.types import varchar

if TYPE_CHECKING:
    from snowpact.local.scope import Scope
    from snowpact.local.session import Session


def _entity(session: Session, name: str, domain: str) -> tuple[Record, str | None]:
    """The object that a function is asked about, and the column of domain COLUMN. Raises "does not exist or not authorized"."""
    column, parts = None, _parts(name)
    if domain.upper() == "COLUMN":
        *parts, column = parts
    kind = _domain(domain)
    full = session.complete(Name(tuple(parts)), parts=DEPTH.get(kind, 3))
    record = session.find(kind, full)
    if record is None or not access.sees(session, record):
        raise missing(full, kind.value.capitalize())
    if column is not None and record.object.column(column) is None:
        raise invalid_identifier(column)
    return record, column


def _parts(name: str) -> list[str]:
    """The stored parts of a name that may have four: ``db.schema.table.column``."""
    head, _, last = name.rpartition(".")
    return [*Name.parse(head).parts, *Name.parse(last).parts] if head.count(".") == 2 else list(Name.parse(name).parts)


def _domain(domain: str) -> Kind:
    if domain.upper() == "COLUMN":
        return Kind.TABLE
    try:
        return Kind(domain.upper())
    except ValueError:
        raise compilation(f"Invalid value [{domain}] for the domain of an object.", 1008, "22023") from None  # text and number [M]


def tag_of(session: Session, tag: str, name: str, domain: str) -> str | None:
    """The value of a tag on an object, its own or inherited; None where it has none."""
    record, column = _entity(session, name, domain)
    found = session.require(Kind.TAG, session.name(tag))
    value = effective(session.engine.state, record, column).get(found.id)
    return value[0] if value else None


def guarded_tag(scope: Scope, tag: str, column: bool) -> str | None:
    """The same of what a policy protects, asked in its body."""
    if scope.guarded is None or (column and scope.guarded[1] is None):
        name = f"SYSTEM$GET_TAG_ON_CURRENT_{'COLUMN' if column else 'TABLE'}"
        raise compilation(f"{name} can only be called in the body of a policy.", 3544, "42601")  # text and number [M]
    record, name = scope.guarded
    found = scope.session.require(Kind.TAG, scope.session.complete(Name.parse(tag), scope))
    value = effective(scope.session.engine.state, record, name if column else None).get(found.id)
    return value[0] if value else None


def _tag_rows(session: Session, record: Record, column: str | None, domain: str) -> Rows:
    rows = []
    for id_, (value, source, place) in effective(session.engine.state, record, column).items():
        tag = session.engine.state.by_id[id_].name
        from_ = "COLUMN" if place is not None else level(source)
        method = "MANUAL" if (source, place) == (record, column) else "INHERITED"
        rows.append((*tag.parts, value, from_, *placed(record), domain, column, method))
    return sorted(rows, key=lambda row: [str(cell) for cell in row])


def level(record: Record) -> str:
    return "TABLE" if record.object.kind in RELATIONS else record.object.kind.value


def placed(record: Record) -> tuple[str | None, str | None, str]:
    parts = record.name.parts
    return parts[0] if len(parts) > 1 else None, parts[1] if len(parts) > 2 else None, parts[-1]


def _tag_references(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    domain = str(given["OBJECT_DOMAIN"])
    record, column = _entity(session, str(given["OBJECT_NAME"]), domain)
    return _tag_rows(session, record, column, "COLUMN" if column else level(record))


def _tag_references_all_columns(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    record, _ = _entity(session, str(given["OBJECT_NAME"]), str(given["OBJECT_DOMAIN"]))
    return [row for column in record.object.columns for row in _tag_rows(session, record, column.name, "COLUMN")]


def _policy_references(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    policies = [record for record in session.engine.state if record.object.kind in KINDS and access.sees(session, record)]
    wanted = None
    if "POLICY_NAME" in given:
        name = session.name(str(given["POLICY_NAME"]))
        policies = [record for record in policies if record.name == name]
        if not policies:
            raise missing(name, "Policy")
    else:
        wanted, _ = _entity(session, str(given.get("REF_ENTITY_NAME")), str(given.get("REF_ENTITY_DOMAIN", "TABLE")))
    return _rows(session, policies, wanted)


def policy_rows(session: Session) -> Rows:
    """Of all policies of the account."""
    return _rows(session, [record for record in session.engine.state if record.object.kind in KINDS], None)


def _rows(session: Session, policies: list[Record], wanted: Record | None) -> Rows:
    rows = []
    for policy in policies:
        own = ((record, column, columns, None, "ACTIVE") for record, column, columns in references(session.engine.state, policy))
        for record, column, columns, tag, status in (*own, *tag_references(session.engine.state, policy)):
            if wanted is None or record is wanted:
                arguments = json.dumps(columns) if columns else None
                kind = policy.object.kind.value.replace(" ", "_")
                entity = record.object.kind.value if record.object.kind in _ENTITIES else "TABLE"
                by = tag.name.parts if tag is not None else (None, None, None)
                rows.append((*policy.name.parts, kind, *record.name.parts, entity, column, arguments, *by, status))
    return sorted(rows, key=lambda row: [str(cell) for cell in row])


_ENTITIES = (Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.TAG)


def _columns(*names: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, varchar()) for name in names)


_TAGGED = _columns(
    "TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME", "TAG_VALUE", "LEVEL", "OBJECT_DATABASE", "OBJECT_SCHEMA", "OBJECT_NAME", "DOMAIN",
    "COLUMN_NAME", "APPLY_METHOD",
)  # fmt: skip
_OBJECT = ("OBJECT_NAME", "OBJECT_DOMAIN")

FUNCTIONS: dict[str, TableFunction] = {
    "TAG_REFERENCES": TableFunction(_TAGGED, _tag_references, frozenset(_OBJECT), _OBJECT),
    "TAG_REFERENCES_ALL_COLUMNS": TableFunction(_TAGGED, _tag_references_all_columns, frozenset(_OBJECT), _OBJECT),
    "POLICY_REFERENCES": TableFunction(
        _columns(
            "POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME", "POLICY_KIND", "REF_DATABASE_NAME", "REF_SCHEMA_NAME", "REF_ENTITY_NAME",
            "REF_ENTITY_DOMAIN", "REF_COLUMN_NAME", "REF_ARG_COLUMN_NAMES", "TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME", "POLICY_STATUS",
        ),
        _policy_references,
        frozenset({"POLICY_NAME", "REF_ENTITY_NAME", "REF_ENTITY_DOMAIN"}),
    ),
}  # fmt: skip
