"""Who may read what, and how it is protected: grants of every relation in one statement, policies and tags of those that are asked for.

INFORMATION_SCHEMA knows attachments by object alone (https://docs.snowflake.com/en/sql-reference/functions/policy_references,
tag_references_all_columns), so these take two statements an object. Properties and spelling are those of replay.
"""

from __future__ import annotations

import json
from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.errors import StatementError
from snowpact.model.names import Name
from snowpact.sql.literals import string_constant
from snowpact.targets.inspect.probe import Probe, Row, View

_PRIVILEGES = View("TABLE_PRIVILEGES", "TABLE_SCHEMA", ("TABLE_SCHEMA", "TABLE_NAME", "GRANTEE", "PRIVILEGE_TYPE"), ("GRANTED_TO",))

Grants = dict[tuple[str, str], set[tuple[str, str, str]]]


def grants(probe: Probe) -> Grants:
    """(privilege, kind of grantee, grantee) by (schema, relation); the owner's OWNERSHIP is no grant. Nothing of a relation whose owner is
    not shown: a role may be shown its own grants alone (https://docs.snowflake.com/en/sql-reference/info-schema/table_privileges)."""
    found: Grants = {}
    owned: set[tuple[str, str]] = set()
    for row in probe.select(_PRIVILEGES):
        if row["privilege_type"] == "OWNERSHIP":
            owned.add((row["table_schema"], row["table_name"]))
        else:
            to = str(row.get("granted_to") or "ROLE").replace("_", " ")
            name = Name.of(probe.database, row["grantee"]) if to == "DATABASE ROLE" else Name.of(row["grantee"])
            found.setdefault((row["table_schema"], row["table_name"]), set()).add((row["privilege_type"], to, str(name)))
    return {key: found.get(key, set()) for key in owned}


def protected(probe: Probe, item: CatalogObject) -> CatalogObject | None:
    """The relation with its policies and its columns' tags, inherited ones too; None and a note where the role may not ask."""
    entity = string_constant(item.name.sql)
    try:
        policies = probe.ask(_call(probe, f"POLICY_REFERENCES(REF_ENTITY_NAME => {entity}, REF_ENTITY_DOMAIN => 'table')"))
        tags = probe.ask(_call(probe, f"TAG_REFERENCES_ALL_COLUMNS({entity}, 'table')"))
    except StatementError as error:
        probe.note(f"{probe.whose} may not ask for the policies and tags of {item.name}: {error.message.splitlines()[-1]}")
        return None
    masking = {row["ref_column_name"]: _policy(row) for row in policies if row["policy_kind"] == "MASKING_POLICY"}
    rows = next((row for row in policies if row["policy_kind"] == "ROW_ACCESS_POLICY"), None)
    columns = tuple(_column(column, masking.get(column.name), tags) for column in item.columns)
    row_access = (_policy(rows), tuple(json.loads(rows["ref_arg_column_names"] or "[]"))) if rows is not None else None
    return replace(item, columns=columns).with_properties(row_access_policy=row_access)


def _call(probe: Probe, call: str) -> str:
    return f"SELECT * FROM TABLE({probe.path('INFORMATION_SCHEMA')}.{call})"


def _policy(row: Row) -> Name:
    return Name.of(row["policy_db"], row["policy_schema"], row["policy_name"])


def _column(column: Column, policy: Name | None, tags: list[Row]) -> Column:
    own = [row for row in tags if row["column_name"] == column.name]
    named = tuple((Name.of(row["tag_database"], row["tag_schema"], row["tag_name"]), row["tag_value"]) for row in own)
    return replace(column, masking_policy=policy, tags=named)
