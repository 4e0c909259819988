"""TAG_REFERENCES and POLICY_REFERENCES: what was attached where, each association by itself, inherited ones left out.

https://docs.snowflake.com/en/sql-reference/account-usage/tag_references, …/policy_references
"""

from __future__ import annotations

from typing import Any

from snowpact.local.governance import references
from snowpact.local.information_schema.fields import NUMBER, TIME, Field, View, text

_TAGGED = (
    "TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME", "TAG_VALUE", "OBJECT_DATABASE", "OBJECT_SCHEMA", "OBJECT_NAME", "DOMAIN", "COLUMN_NAME",
    "APPLY_METHOD",
)  # fmt: skip


def _tags(facts: Any) -> list[dict[str, Any]]:
    """A row for each tag of an object or a column."""
    state = facts.session.engine.state
    rows = []
    for record in (*state, *state.dropped):
        sets = [(None, record.extra.get("tags", {})), *record.extra.get("column_tags", {}).items()]
        for column, values in sets:
            for id_, value in values.items():
                tag = state.by_id[int(id_)]
                if tag.dropped_on is None:
                    rows.append(_tag_row(record, column, tag, value))
    return sorted(rows, key=lambda row: [str(cell) for cell in row.values()])


def _tag_row(record: Any, column: str | None, tag: Any, value: str) -> dict[str, Any]:
    domain = "COLUMN" if column is not None else references.level(record)
    cells = (*tag.name.parts, value, *references.placed(record), domain, column, "MANUAL")
    ids = {"TAG_ID": tag.id, "OBJECT_ID": record.id, "OBJECT_DELETED": record.dropped_on}
    return {**dict(zip(_TAGGED, cells, strict=True)), **ids}


def _policies(facts: Any) -> list[dict[str, Any]]:
    names = [name for name, _ in references.FUNCTIONS["POLICY_REFERENCES"].columns]
    return [dict(zip(names, row, strict=True)) for row in references.policy_rows(facts.session)]


def _cell(name: str) -> Field:
    kind = {"TAG_ID": NUMBER, "OBJECT_ID": NUMBER, "OBJECT_DELETED": TIME}.get(name)
    return text(name, lambda row: row[name]) if kind is None else Field(name, kind, lambda row: row[name])


VIEWS = {
    "TAG_REFERENCES": (
        "GOVERNANCE_VIEWER",
        View(
            _tags,
            tuple(
                map(
                    _cell,
                    (*_TAGGED[:2], "TAG_ID", *_TAGGED[2:6], "OBJECT_ID", "OBJECT_NAME", "OBJECT_DELETED", "DOMAIN", *_TAGGED[8:]),
                )
            ),
        ),
    ),
    "POLICY_REFERENCES": (
        "GOVERNANCE_VIEWER", View(_policies, tuple(_cell(name) for name, _ in references.FUNCTIONS["POLICY_REFERENCES"].columns)),
    ),
}  # fmt: skip
