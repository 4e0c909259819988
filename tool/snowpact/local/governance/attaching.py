"""Attaching policies and tags to tables, views and their columns, and taking them away.

https://docs.snowflake.com/en/sql-reference/sql/alter-table-column, alter-table, create-masking-policy. It takes the global APPLY privilege,
or APPLY on the policy or tag together with OWNERSHIP of what it is set on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, invalid_identifier, missing
from snowpact.local.governance import access
from snowpact.local.governance.policies import definition_of
from snowpact.local.materialized import refuse_over
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements import actions
from snowpact.sql.statements.clauses import Pairs, read_name, read_names
from snowpact.sql.statements.columns import ColumnDefinition

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

ROW_ACCESS = "row access policy"


def found(session: Session, kind: Kind, name: Name) -> Record:
    """The policy or tag of that (possibly partial) name."""
    full = session.complete(name)
    record = session.find(kind, full)
    if record is None or not (access.visible(session, access.active(session), record) or _applies(session, kind)):
        raise missing(full, kind.value.capitalize())
    return record


def _applies(session: Session, kind: Kind) -> bool:
    return access.on_account(session, f"APPLY {kind.value}")


def allowed(session: Session, target: Record, applied: Record) -> None:
    """Raise where the session may not attach or detach."""
    kind = applied.object.kind
    if _applies(session, kind) or target.temporary:
        return
    roles = access.active(session)
    for record, privileges in ((applied, ("APPLY",)), (target, ("OWNERSHIP",))):
        if not access.has(roles, record, *privileges):
            raise access.insufficient(record)


def _column(record: Record, name: str) -> None:
    if record.object.column(name) is None:
        raise invalid_identifier(name)


def set_masking(change: Ddl, record: Record, action: actions.SetMaskingPolicy) -> Record:
    """Over another policy only with FORCE. UNSET where there is none changes nothing: repeatable scripts begin with it [M]."""
    _column(record, action.column)
    masking = dict(record.extra.get("masking", {}))
    if action.policy is None:
        if action.column not in masking:
            return record
        allowed(change.session, record, change.session.engine.state.by_id[masking.pop(action.column)[0]])
        return change.alter(record.with_extra(masking=masking or None))
    refuse_over(change.session.engine.state, record)
    policy = found(change.session, Kind.MASKING_POLICY, action.policy)
    allowed(change.session, record, policy)
    if action.column in masking and masking[action.column][0] != policy.id and not action.force:
        raise _attached_already()
    columns = _given(action)
    _check_types(record.object, policy, columns)
    _check_free(record, action.column, columns)
    masking[action.column] = [policy.id, columns]
    return change.alter(record.with_extra(masking=masking))


def _given(action: actions.SetMaskingPolicy) -> list[str]:
    """The columns that a policy is given: its own first, which USING repeats."""
    if action.using is None:
        return [action.column]
    columns = list(read_names(Cursor(f"({action.using})")))
    if columns[:1] != [action.column]:
        raise compilation("The first column of USING must be the masked column.", 3532, "42601")  # text and number [M]
    return columns


def _attached_already() -> StatementError:
    text = (
        "Specified column already attached to another masking policy. A column cannot be attached to multiple masking policies. Please "
        "drop the current association in order to attach a new masking policy."
    )
    return StatementError(text, 3529, "42601")


def _check_types(item: CatalogObject, policy: Record, columns: list[str]) -> None:
    """Each column is of its argument's type
    (https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy#usage-notes)."""
    parameters = definition_of(policy).parameters
    if len(parameters) != len(columns):
        text = f"Policy '{policy.name}' takes {len(parameters)} column(s), {len(columns)} given."
        raise compilation(text, 3533, "42601")  # text and number [M]
    for parameter, name in zip(parameters, columns, strict=True):
        column = item.column(name)
        if column is None:
            raise invalid_identifier(name)
        if column.type.base != parameter.type.base:
            text = f"Column '{name}' data type {column.type} does not match the policy's data type {parameter.type}."
            raise compilation(text, 3534, "42601")  # text and number [M]


def _check_free(record: Record, column: str, given: list[str]) -> None:
    """A column is masked or protects rows, not both (https://docs.snowflake.com/en/user-guide/security-row-intro#limitations); and a
    condition column is not masked itself."""
    masking, row_access = record.extra.get("masking", {}), record.extra.get("row_access") or (None, [])
    used = {name for other, (_, names) in masking.items() if other != column for name in names[1:]} | set(row_access[1])
    if column in used or any(name in masking for name in given[1:]):
        raise compilation(f"Column '{column}' is used in more than one policy.", 3535, "42601")  # text and number [M]


def change_policy(change: Ddl, record: Record, action: actions.Policy) -> Record:
    """ADD, DROP and DROP ALL of row access policies; other kinds are refused."""
    if action.kind != ROW_ACCESS:
        raise UnsupportedFeature(action.kind.title())
    held = record.extra.get("row_access")
    if action.verb == "ADD":
        return add_row_access(change, record, action.text)
    if action.verb == "DROP":
        policy = found(change.session, Kind.ROW_ACCESS_POLICY, read_name(Cursor(action.text)))
        if held is None or held[0] != policy.id:
            text = f"Row access policy '{policy.name}' is not attached to '{record.name}'."
            raise compilation(text, 3552, "42601")  # text and number [M]
    if held is not None:
        allowed(change.session, record, change.session.engine.state.by_id[held[0]])
    return change.alter(record.with_extra(row_access=None))


def add_row_access(change: Ddl, record: Record, text: str) -> Record:
    """``policy ON (a, b)``."""
    refuse_over(change.session.engine.state, record)
    cursor = Cursor(text)
    policy = found(change.session, Kind.ROW_ACCESS_POLICY, read_name(cursor))
    cursor.expect("ON")
    columns = list(read_names(cursor))
    allowed(change.session, record, policy)
    if record.extra.get("row_access") is not None:
        said = f"Object '{record.name}' already has a ROW_ACCESS_POLICY. Only one ROW_ACCESS_POLICY is allowed at a time."
        raise compilation(said, 3551, "42601")  # number [M]
    _check_types(record.object, policy, columns)
    for column in columns:
        if column in record.extra.get("masking", {}):
            raise compilation(f"Column '{column}' is used in more than one policy.", 3535, "42601")  # text and number [M]
    return change.alter(record.with_extra(row_access=[policy.id, columns]))


ATTACHED = ("masking", "row_access", "tags", "column_tags")
"""What a table made LIKE another, or its clone, takes over (https://docs.snowflake.com/en/user-guide/security-column-advanced)."""


def bare(column: Column) -> Column:
    """A declared column without what is attached to it, which is kept apart."""
    return replace(column, masking_policy=None, tags=())


def on_creation(
    change: Ddl, record: Record, columns: Sequence[ColumnDefinition], tags: Sequence[tuple[Name, str]], options: Pairs
) -> Record:
    """Attach what CREATE declares: policies and tags of columns and of the whole."""
    from snowpact.local.governance.tagging import set_tags

    for item in columns:
        column = item.column
        if column.masking_policy is not None:
            using = dict(item.options).get("masking using")
            record = set_masking(change, record, actions.SetMaskingPolicy(column.name, column.masking_policy, using))
        if column.tags:
            record = set_tags(change, record, actions.SetTags(column.tags, column.name))
    for text in (text for key, text in options if key == ROW_ACCESS):
        record = add_row_access(change, record, text)
    return set_tags(change, record, actions.SetTags(tuple(tags))) if tags else record
