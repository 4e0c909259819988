"""CREATE and DROP DATA METRIC FUNCTION. Its arguments are tables: ``ROWS_LATE(TABLE(TIMESTAMP_NTZ))``."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.metric import parse_create_metric


@replays("CREATE", Kind.DATA_METRIC_FUNCTION)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_metric(statement.text)
    base = state.name(parsed.name)
    arguments = tuple((table, str(tuple(f"{name} {given}" for name, given in columns))) for table, columns in parsed.tables)
    item = CatalogObject(
        Kind.DATA_METRIC_FUNCTION,
        Name((*base.parts[:-1], base.name + parsed.signature)),
        definition=parsed.body,
        comment=parsed.comment,
        properties=properties(arguments=arguments, secure=True if "secure" in parsed.modifiers else None),
    )
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item)


@replays("DROP", Kind.DATA_METRIC_FUNCTION)
def drop(state: State, statement: Classified) -> None:
    """By name: the metrics of one name that replay knows are dropped together only where there is one."""
    name = state.name(statement.name or "")
    found = [item for item in state.draft.overloads(Kind.FUNCTION, name) if item.kind is Kind.DATA_METRIC_FUNCTION]
    if len(found) == 1:
        state.drop(found[0])
    elif not found and "if_exists" not in statement.modifiers and state.missing(Kind.FUNCTION, name):
        raise Refused(f"002003 (02000): data metric function {name} does not exist or not authorized")
