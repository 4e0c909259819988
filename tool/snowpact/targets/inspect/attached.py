"""What is attached to relations: policies, tags and metrics of those that are asked for.

INFORMATION_SCHEMA knows attachments by object alone (https://docs.snowflake.com/en/sql-reference/functions/policy_references,
tag_references_all_columns, tag_references, data_metric_function_references), so one statement joins the answers for many objects: one
for policies, one for tags and one for metrics, for each database. Properties and spelling are those of replay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name
from snowpact.sql.literals import string_constant
from snowpact.targets.inspect.probe import Probe, Row

MOST = 100
"""Objects that one statement asks about."""

Question = Callable[[Probe, CatalogObject, int], str]
Answers = dict[Name, list[Row]]


def _call(probe: Probe, columns: str, call: str, at: int) -> str:
    return f"SELECT {at} AS AT, {columns} FROM TABLE({probe.path('INFORMATION_SCHEMA')}.{call})"


_POLICY = "POLICY_DB, POLICY_SCHEMA, POLICY_NAME, POLICY_KIND, REF_COLUMN_NAME, REF_ARG_COLUMN_NAMES, TAG_NAME"
_TAG = "TAG_DATABASE, TAG_SCHEMA, TAG_NAME, TAG_VALUE, LEVEL, COLUMN_NAME"
_METRIC = "METRIC_DATABASE_NAME, METRIC_SCHEMA_NAME, METRIC_NAME, REF_ARGUMENTS, SCHEDULE"


def _policies(probe: Probe, item: CatalogObject, at: int) -> str:
    domain = "VIEW" if item.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW) else "TABLE"
    call = f"POLICY_REFERENCES(REF_ENTITY_NAME => {string_constant(item.name.sql)}, REF_ENTITY_DOMAIN => '{domain}')"
    return _call(probe, _POLICY, call, at)


def _tags(probe: Probe, item: CatalogObject, at: int) -> str:
    """Those of the columns, inherited ones too, and those of the object."""
    entity = f"({string_constant(item.name.sql)}, 'TABLE')"
    return f"{_call(probe, _TAG, f'TAG_REFERENCES_ALL_COLUMNS{entity}', at)} UNION ALL {_call(probe, _TAG, f'TAG_REFERENCES{entity}', at)}"


def _metrics(probe: Probe, item: CatalogObject, at: int) -> str:
    domain = "VIEW" if item.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW) else "TABLE"
    call = f"DATA_METRIC_FUNCTION_REFERENCES(REF_ENTITY_NAME => {string_constant(item.name.sql)}, REF_ENTITY_DOMAIN => '{domain}')"
    return _call(probe, _METRIC, call, at)


def protected(probe: Probe, items: Iterable[CatalogObject]) -> list[CatalogObject]:
    """The relations with their policies, tags and their columns' tags; without those about which the role may not ask, with a note."""
    asked = list(items)
    policies = _answers(probe, asked, _policies, "policies")
    tags = _answers(probe, [item for item in asked if item.name in policies], _tags, "tags")
    return [_protected(item, policies[item.name], tags[item.name]) for item in asked if item.name in tags]


def measured(probe: Probe, items: Iterable[CatalogObject]) -> list[CatalogObject]:
    """The relations with the metrics on them and their schedule."""
    asked = list(items)
    found = _answers(probe, asked, _metrics, "data metric functions")
    return [_measured(item, found[item.name]) for item in asked if item.name in found]


def _answers(probe: Probe, items: Sequence[CatalogObject], question: Question, what: str) -> Answers:
    found: Answers = {}
    for start in range(0, len(items), MOST):
        found |= _answer(probe, items[start : start + MOST], question, what)
    return found


def _answer(probe: Probe, items: Sequence[CatalogObject], question: Question, what: str) -> Answers:
    """Rows by object. One object about which the role may not ask has the whole statement refused: then each half is asked alone."""
    try:
        rows = probe.ask(" UNION ALL ".join(question(probe, item, at) for at, item in enumerate(items)))
    except StatementError as error:
        if len(items) > 1:
            half = len(items) // 2
            return {**_answer(probe, items[:half], question, what), **_answer(probe, items[half:], question, what)}
        probe.note(f"{probe.whose} may not ask for the {what} of {items[0].name}: {error.message.splitlines()[-1]}")
        return {}
    found: Answers = {item.name: [] for item in items}
    for row in rows:
        found[items[int(row["at"])].name].append(row)
    return found


def _protected(item: CatalogObject, policies: list[Row], tags: list[Row]) -> CatalogObject:
    """tag_masked: the columns that a tag's policy masks; inherited_tags: those of the schema or database. Neither is the object's own."""
    masking = [row for row in policies if row["policy_kind"] == "MASKING_POLICY"]
    own = {row["ref_column_name"]: _policy(row) for row in masking if not row["tag_name"]}
    by_tag = tuple(sorted({row["ref_column_name"] for row in masking if row["tag_name"] and row["ref_column_name"]}))
    rows = next((row for row in policies if row["policy_kind"] == "ROW_ACCESS_POLICY"), None)
    on_object = [row for row in tags if row["column_name"] is None]
    return replace(item, columns=tuple(_column(column, own.get(column.name), tags) for column in item.columns)).with_properties(
        row_access_policy=(_policy(rows), tuple(json.loads(rows["ref_arg_column_names"] or "[]"))) if rows is not None else None,
        tag_masked=by_tag or None,
        tags=_named(row for row in on_object if row["level"] == "TABLE") or None,
        inherited_tags=_named(row for row in on_object if row["level"] != "TABLE") or None,
    )


def _policy(row: Row) -> Name:
    return Name.of(row["policy_db"], row["policy_schema"], row["policy_name"])


def _column(column: Column, policy: Name | None, tags: list[Row]) -> Column:
    own = (row for row in tags if row["column_name"] == column.name and row["level"] == "COLUMN")
    return replace(column, masking_policy=policy, tags=_named(own))


def _named(rows: Iterable[Row]) -> tuple[tuple[Name, str], ...]:
    return tuple(sorted((Name.of(row["tag_database"], row["tag_schema"], row["tag_name"]), row["tag_value"]) for row in rows))


def _measured(item: CatalogObject, rows: list[Row]) -> CatalogObject:
    metrics = {(Name.of(row["metric_database_name"], row["metric_schema_name"], row["metric_name"]), _given(row)) for row in rows}
    schedule = next((row["schedule"] for row in rows), None)
    return item.with_properties(data_metric_functions=frozenset(metrics) or None, data_metric_schedule=schedule)


def _given(row: Row) -> tuple[str | None, ...]:
    """The columns that a metric is given: ``[{"domain": "COLUMN", "name": "A"}]``."""
    listed = json.loads(row["ref_arguments"] or "[]") if isinstance(row["ref_arguments"], str) else row["ref_arguments"] or []
    return tuple(one.get("name") for one in listed if str(one.get("domain", "COLUMN")).upper() == "COLUMN")
