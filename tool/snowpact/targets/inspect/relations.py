"""Tables, views and dynamic tables: INFORMATION_SCHEMA.TABLES and VIEWS, SHOW DYNAMIC TABLES for what these leave out.

A dynamic table is a BASE TABLE whose IS_DYNAMIC is YES; its lag, warehouse and query are in SHOW alone, and hidden there from a
role without MONITOR (https://docs.snowflake.com/en/sql-reference/sql/show-dynamic-tables).
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.targets.inspect.probe import Probe, Row, View, text, yes
from snowpact.targets.inspect.texts import clause_of, clustering, lag, query_of

Relations = dict[tuple[str, str], CatalogObject]

_BY_TYPE = {
    "VIEW": Kind.VIEW,
    "MATERIALIZED VIEW": Kind.MATERIALIZED_VIEW,
    "EXTERNAL TABLE": Kind.EXTERNAL_TABLE,
    "EVENT TABLE": Kind.EVENT_TABLE,
}
_BY_FLAG = (("is_dynamic", Kind.DYNAMIC_TABLE), ("is_iceberg", Kind.ICEBERG_TABLE), ("is_hybrid", Kind.HYBRID_TABLE))


def relations(probe: Probe) -> Relations:
    """Every table and view of the database, without its columns and keys. Tells the probe which there are.

    A temporary table is the session's own and no part of the schema: only the session that made it sees it.
    """
    found = {(row["table_schema"], row["table_name"]): _relation(probe, row) for row in probe.select(_TABLES) if not _temporary(row)}
    probe.relations = tuple(found)
    _add_views(probe, found)
    _add_dynamic_tables(probe, found)
    return found


def _relation(probe: Probe, row: Row) -> CatalogObject:
    kind = _kind(row)
    table = kind not in {Kind.VIEW, Kind.MATERIALIZED_VIEW}
    return CatalogObject(
        kind=kind,
        name=Name.of(probe.database, row["table_schema"], row["table_name"]),
        comment=text(row["comment"]),
        properties=properties(
            transient=(table and yes(row["is_transient"])) or None,
            cluster_by=clustering(text(row["clustering_key"])),
        ),
    )


def _temporary(row: Row) -> bool:
    return "TEMPORARY" in str(row["table_type"]) or yes(row.get("is_temporary"))


def _kind(row: Row) -> Kind:
    by_type = _BY_TYPE.get(str(row["table_type"]).upper())
    return by_type or next((kind for flag, kind in _BY_FLAG if yes(row.get(flag))), Kind.TABLE)


def _tables_by_show(probe: Probe, schema: str) -> list[Row]:
    """TABLES in its own words, from SHOW: for a schema that is too large for the view."""
    tables = [
        {
            "table_type": _shown_type(row),
            "is_transient": str(row.get("kind")).upper() == "TRANSIENT",
            "clustering_key": row.get("cluster_by"),
            **{flag: row.get(flag) for flag, _ in _BY_FLAG},
            **_named(row, schema),
        }
        for row in probe.pages_of("TABLES", schema)
    ]
    views = [
        {
            "table_type": "MATERIALIZED VIEW" if yes(row.get("is_materialized")) else "VIEW",
            "is_transient": None,
            "clustering_key": None,
            **_named(row, schema),
        }
        for row in probe.pages_of("VIEWS", schema)
    ]
    return tables + views


def _named(row: Row, schema: str) -> Row:
    return {"table_schema": schema, "table_name": row["name"], "comment": row.get("comment")}


def _shown_type(row: Row) -> str:
    if yes(row.get("is_external")):
        return "EXTERNAL TABLE"
    if yes(row.get("is_event")):
        return "EVENT TABLE"
    return "TEMPORARY TABLE" if str(row.get("kind")).upper() == "TEMPORARY" else "BASE TABLE"


def _views_by_show(probe: Probe, schema: str) -> list[Row]:
    return [
        {"table_schema": schema, "table_name": row["name"], "view_definition": row.get("text"), "is_secure": row.get("is_secure")}
        for row in probe.pages_of("VIEWS", schema)
    ]


_TABLES = View(
    "TABLES",
    "TABLE_SCHEMA",
    ("TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE", "IS_TRANSIENT", "CLUSTERING_KEY", "COMMENT"),
    ("IS_TEMPORARY", "IS_DYNAMIC", "IS_ICEBERG", "IS_HYBRID"),
    _tables_by_show,
)
_VIEWS = View("VIEWS", "TABLE_SCHEMA", ("TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION", "IS_SECURE"), (), _views_by_show)


def _add_views(probe: Probe, found: Relations) -> None:
    hidden = []
    for row in probe.select(_VIEWS):
        key = row["table_schema"], row["table_name"]
        if key not in found:
            continue  # created between the two statements: INFORMATION_SCHEMA is not consistent under concurrent DDL
        definition = query_of(row["view_definition"])
        if definition is None:
            hidden.append(probe.spelled(*key))
        secure = found[key].with_properties(secure=yes(row["is_secure"]) or None)
        found[key] = replace(secure, definition=definition)
    if hidden:
        probe.note(f"{probe.whose} may not see the definition of {_listed(hidden)}")


def _add_dynamic_tables(probe: Probe, found: Relations) -> None:
    shown = {(row["schema_name"], row["name"]): row for row in probe.show("DYNAMIC TABLES", paged=True)}
    for key, row in shown.items():
        if key in found:
            found[key] = _dynamic(found[key], row)
    hidden = [
        probe.spelled(*key)
        for key, item in found.items()
        if item.kind is Kind.DYNAMIC_TABLE and (key not in shown or item.definition is None)
    ]
    if hidden:
        probe.note(f"{probe.whose} may not see the query and target lag of {_listed(hidden)}: GRANT MONITOR on them")


def _dynamic(item: CatalogObject, row: Row) -> CatalogObject:
    """refresh_mode is the one asked for, none for AUTO: SHOW's own is what Snowflake made of AUTO."""
    created = text(row.get("text"))
    asked = clause_of(created, "REFRESH_MODE") if created else text(row.get("refresh_mode"))
    state = str(row.get("scheduling_state") or "").upper()
    dynamic = item.with_properties(
        target_lag=lag(text(row.get("target_lag"))),
        refresh_mode=None if asked == "AUTO" else asked,
        warehouse=text(row.get("warehouse")),
        scheduling_state="SUSPENDED" if "SUSPENDED" in state else None,
        cluster_by=item.property("cluster_by") or clustering(text(row.get("cluster_by"))),
    )
    return replace(dynamic, kind=Kind.DYNAMIC_TABLE, definition=query_of(created), comment=item.comment or text(row.get("comment")))


def _listed(names: list[str]) -> str:
    """The first few, and how many more."""
    few = ", ".join(names[:5])
    return few if len(names) <= 5 else f"{few} and {len(names) - 5} more"
