"""DML writes rows and changes no schema; COPY may, where the table lets it evolve."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.model.names import NameSyntaxError
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.multi_insert import written


def _writes(state: State, statement: Classified) -> None:
    """A table that is known to be missing is a refusal; nothing else happens."""
    for target in () if "if_exists" in statement.modifiers else _targets(statement):
        try:
            name = state.name(target)
        except NameSyntaxError:
            continue
        if state.relation(name) is None and state.missing(Kind.TABLE, name):
            raise Refused(f"002003 (42S02): {name} does not exist or not authorized")


def _targets(statement: Classified) -> list[str]:
    """The tables that are written, as spelled: one, or those of a multi-table INSERT."""
    if statement.verb == "INSERT" and {"all", "first"} & statement.modifiers:
        return written(statement)
    return [statement.name] if statement.name is not None else []


for _verb in ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE"):
    replays(_verb)(_writes)


@replays("COPY")
def copy(state: State, statement: Classified) -> None:
    """With ENABLE_SCHEMA_EVOLUTION and MATCH_BY_COLUMN_NAME a load adds columns
    (https://docs.snowflake.com/en/user-guide/data-load-schema-evolution)."""
    if statement.name is None or statement.name.startswith("@"):
        return
    table = state.find(Kind.TABLE, state.name(statement.name))
    if table is not None and table.property("enable_schema_evolution"):
        raise Opaque(f"the load may add columns to {table.name}", (table.name,))
