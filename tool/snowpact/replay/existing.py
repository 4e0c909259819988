"""What CREATE does about an object that is there already, before its family reads anything else of the statement."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified

_OVERLOADED = (Kind.PROCEDURE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION)


def stands_already(state: State, statement: Classified) -> bool:
    """Whether CREATE … IF NOT EXISTS has nothing to do. Raises Refused where it is combined with OR REPLACE or OR ALTER, which the pages of
    CREATE exclude (https://docs.snowflake.com/en/sql-reference/sql/create-table#usage-notes)."""
    if statement.verb != "CREATE" or "if_not_exists" not in statement.modifiers:
        return False
    if "or_replace" in statement.modifiers:
        raise Refused("001420 (42601): options 'OR REPLACE' and 'IF NOT EXISTS' are incompatible")
    if "or_alter" in statement.modifiers:
        raise Refused("001003 (42000): syntax error: unexpected 'IF' after OR ALTER")
    kind = statement.kind
    if not isinstance(kind, Kind) or kind in _OVERLOADED or statement.name is None:
        return False
    here = state.temporary if {"temporary", "volatile"} & statement.modifiers else state
    return here.find(kind, state.name(statement.name, kind)) is not None
