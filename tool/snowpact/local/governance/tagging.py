"""Tags on objects and columns: ``extra['tags']`` is ``{tag's id: value}``, ``extra['column_tags']`` ``{column: {tag's id: value}}``. JSON
has text for keys, so ids are kept as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, invalid_identifier
from snowpact.local.governance.attaching import allowed, found
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.sql.statements import actions

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl

MOST = 50
"""Tags of one object: https://docs.snowflake.com/en/user-guide/object-tagging/introduction#tag-quotas."""
LONGEST = 256


def set_tags(change: Ddl, record: Record, action: actions.SetTags) -> Record:
    values = _own(record, action.column)
    for name, value in action.tags:
        tag = found(change.session, Kind.TAG, name)
        allowed(change.session, record, tag)
        _check_value(tag, value)
        values[str(tag.id)] = value
    if len(values) > MOST:
        raise compilation(f"'{record.name}' has more than {MOST} tags.", 3540, "42601")  # text and number [M]
    return change.alter(_with(record, action.column, values))


def _check_value(tag: Record, value: str) -> None:
    values = tag.object.property("allowed_values")
    if values is not None and value not in values:
        text = f"Tag value '{value}' is not an allowed value for tag '{tag.name}'."
        raise compilation(text, 3541, "22023")  # text and number [M]
    if len(value) > LONGEST:
        raise compilation(f"The value of tag '{tag.name}' is longer than {LONGEST} characters.", 3542, "22023")  # text and number [M]


def unset_tags(change: Ddl, record: Record, action: actions.UnsetTags) -> Record:
    """A tag that is not set is no error [M]."""
    values = _own(record, action.column)
    for name in action.tags:
        tag = found(change.session, Kind.TAG, name)
        allowed(change.session, record, tag)
        values.pop(str(tag.id), None)
    return change.alter(_with(record, action.column, values))


def _own(record: Record, column: str | None) -> dict[str, str]:
    if column is None:
        return dict(record.extra.get("tags", {}))
    if record.object.column(column) is None:
        raise invalid_identifier(column)
    return dict(record.extra.get("column_tags", {}).get(column, {}))


def _with(record: Record, column: str | None, values: dict[str, str]) -> Record:
    if column is None:
        return record.with_extra(tags=values or None)
    columns = {name: tags for name, tags in record.extra.get("column_tags", {}).items() if name != column}
    if values:
        columns[column] = values
    return record.with_extra(column_tags=columns or None)


def column_renamed(record: Record, old: str, new: str | None) -> Record:
    """The record's tags under a column's new name; None drops them."""
    columns = {(new if name == old else name): tags for name, tags in record.extra.get("column_tags", {}).items()}
    return record.with_extra(column_tags={name: tags for name, tags in columns.items() if name is not None} or None)
