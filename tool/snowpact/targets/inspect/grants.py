"""Who may read what: grants of every relation of a database in one statement. The spelling is that of replay."""

from __future__ import annotations

from snowpact.model.names import Name
from snowpact.targets.inspect.probe import Probe, View

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
