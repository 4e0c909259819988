"""An object as a Catalog has it: with its grants, policies, tags, metrics and format, which the engine keeps beside it.

The spelling is that of the other producers of catalogs: ``grants`` a set of (privilege, kind of grantee, grantee), ``future_grants`` the
same after a kind of object, ``tags`` pairs of full name and value, ``row_access_policy`` a name and columns, ``data_metric_functions`` a
set of (name, columns). A file format has its options by lower-case name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from snowpact.local.governance.held import future_grants, grants
from snowpact.local.governance.inheritance import own_tags
from snowpact.local.governance.tag_masking import carried
from snowpact.local.objects import Record, State
from snowpact.local.quality.association import attached
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.names import Name
from snowpact.sql.file_formats import differing

_BESIDE = frozenset({"grants", "future_grants", "masking", "row_access", "tags", "column_tags", "metrics", "format", "policies"})


def shown(state: State, record: Record) -> CatalogObject:
    if not _BESIDE & record.extra.keys():
        return record.object
    row_access = record.extra.get("row_access")
    item = record.object.with_properties(
        grants=_set((held.privilege, held.to, held.grantee) for held in grants(record)),
        future_grants=_set((kind.value, held.privilege, held.to, held.grantee) for kind, held in future_grants(record)),
        tags=_tags(state, record) or None,
        masking_policies=tuple(sorted(policy.name for policy in carried(state, record))) or None,
        row_access_policy=(state.by_id[row_access[0]].name, tuple(row_access[1])) if row_access else None,
        data_metric_functions=frozenset((one.called, one.columns) for one in attached(record)) or None,
    )
    if item.kind is Kind.FILE_FORMAT:
        format_ = FileFormat.load(record.extra["format"])
        item = item.with_properties(**differing({"TYPE": format_.type, **format_.options}))
    return replace(item, columns=tuple(_column(state, record, column) for column in item.columns))


def _column(state: State, record: Record, column: Column) -> Column:
    masking = record.extra.get("masking", {}).get(column.name)
    return replace(column, masking_policy=state.by_id[masking[0]].name if masking else None, tags=_tags(state, record, column.name))


def _tags(state: State, record: Record, column: str | None = None) -> tuple[tuple[Name, str], ...]:
    return tuple((tag.name, value) for tag, value in own_tags(state, record, column))


def _set(entries: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]] | None:
    return frozenset(entries) or None
