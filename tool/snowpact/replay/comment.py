"""COMMENT ON (https://docs.snowflake.com/en/sql-reference/sql/comment)."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.replay import columns
from snowpact.replay.account import UNKEPT
from snowpact.replay.properties import set_comment
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, State
from snowpact.sql.classify import Classified


@replays("COMMENT")
def comment(state: State, statement: Classified) -> None:
    cursor = statement.cursor()
    written = statement.name or ""
    if statement.kind == "COLUMN":
        cursor.expect("IS")
        text = cursor.string() or None
        cut = written.rindex('."') if written.endswith('"') else written.rindex(".")
        table = state.require(Kind.TABLE, state.name(written[:cut]))
        columns.change_property(state, table, columns.require(table, Name.parse(written[cut + 1 :]).name), "comment", text)
        return
    if not isinstance(statement.kind, Kind) or statement.kind in (Kind.PROCEDURE, Kind.FUNCTION, *UNKEPT):
        return  # of no kind whose comments the catalog keeps
    cursor.expect("IS")
    name = state.name(written, statement.kind)
    if "if_exists" in statement.modifiers and state.find(statement.kind, name) is None:
        return
    if statement.kind in (Kind.WAREHOUSE, Kind.ROLE, Kind.SHARE):
        return
    try:
        found = state.require(statement.kind, name)
    except Opaque:
        return  # a comment on what was never created here changes nothing that is promised
    set_comment(state, found, cursor.string() or None)
