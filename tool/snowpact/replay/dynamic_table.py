"""CREATE and ALTER DYNAMIC TABLE.

https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table, alter-dynamic-table
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.change import ReplaceObject
from snowpact.model.names import Name, fold
from snowpact.replay.alter_table import act, stands
from snowpact.replay.governance import attachments, governed
from snowpact.replay.properties import attached, set_property
from snowpact.replay.queries import columns_of, declared_over
from snowpact.replay.readers import QUERIED, read
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.dynamic_table import lag_seconds, parse_create_dynamic_table

LEAST_LAG = 60
"""Seconds."""


@replays("CREATE", Kind.DYNAMIC_TABLE)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_dynamic_table(statement.text)
    name = state.name(parsed.name)
    if parsed.clone is not None:
        source = state.require(Kind.DYNAMIC_TABLE, state.name(parsed.clone))
        if source.kind is not Kind.DYNAMIC_TABLE and source.key not in state.supposed:
            raise Refused(f"002003 (02000): {source} is no dynamic table")
        state.create(replace(source, name=name).with_properties(scheduling_state="SUSPENDED", grants=None), parsed.modifiers)
        return
    _check_lag(parsed.target_lag)
    columns = columns_of(state.inside(name), parsed.query or "", name)
    _refuse_reading(state, name)
    item = CatalogObject(
        Kind.DYNAMIC_TABLE,
        name,
        tuple(governed(state, column) for column in declared_over(parsed.columns, columns)),
        definition=parsed.query,
        comment=parsed.comment,
        properties=properties(
            target_lag=parsed.target_lag,
            warehouse=fold(parsed.warehouse) if parsed.warehouse else None,
            refresh_mode=None if parsed.refresh_mode in (None, "AUTO") else parsed.refresh_mode,
            cluster_by=parsed.cluster_by,
            transient=True if "transient" in parsed.modifiers else None,
            **attachments(state, parsed.tags, parsed.options),
        ),
    )
    altered = state.create(item, parsed.modifiers, ("copy grants", "TRUE") in parsed.options)
    if altered is not None and altered != (wanted := attached(altered, state.inherited(item))):
        state.emit(ReplaceObject(kind=altered.kind, object=name, before=altered, after=wanted))


def _refuse_reading(state: State, name: Name) -> None:
    """A dynamic table reads neither itself nor a materialized view
    (https://docs.snowflake.com/en/user-guide/dynamic-tables/limitations)."""
    for named in sorted(state.lineages[name].objects):
        found = state.relation(named)
        if named == name:
            raise Refused(f"002718 (42601): dynamic table {name} can't read itself")
        if found is not None and found.kind is Kind.MATERIALIZED_VIEW:
            raise Refused(f"002721 (42601): dynamic table {name} can't read {found}")


def _check_lag(lag: str | None) -> None:
    seconds = lag_seconds(lag) if lag else None
    if seconds is not None and seconds < LEAST_LAG:
        raise Refused(f"the target lag {lag} is too short: the minimum is {LEAST_LAG} seconds")


@replays("ALTER", Kind.DYNAMIC_TABLE)
def alter(state: State, statement: Classified) -> None:
    parsed = parse_alter(statement.text)
    name = state.name(parsed.name or "")
    if not stands(state, Kind.DYNAMIC_TABLE, name, parsed):
        return
    for action in parsed.actions:
        item = state.require(Kind.DYNAMIC_TABLE, name)
        if isinstance(action, actions.Command):
            _command(state, item, action.word)
        elif isinstance(action, actions.SetProperties):
            for key, value in action.values:
                _set(state, state.require(Kind.DYNAMIC_TABLE, name), key, value)
        else:
            name = act(state, name, action)


def _command(state: State, item: CatalogObject, word: str) -> None:
    if word == "SUSPEND":
        for one in (item, *_downstream(state, item)):
            set_property(state, one, "scheduling_state", "SUSPENDED")
    elif word == "RESUME":
        below = tuple(one.name for one in _downstream(state, item) if one.property("scheduling_state") == "SUSPENDED")
        set_property(state, item, "scheduling_state", None)
        if below:
            raise Opaque("which of the dynamic tables that read it were suspended by hand, and stay so, can't be told", below)
    elif not word.startswith("REFRESH") and "RECLUSTER" not in word:
        raise Opaque(f"ALTER DYNAMIC TABLE … {word} is not modelled", (item.name,))


def _downstream(state: State, item: CatalogObject) -> list[CatalogObject]:
    """The dynamic tables that read one, through others and through views: "Suspending a dynamic table also suspends all downstream
    dynamic tables" (https://docs.snowflake.com/en/user-guide/dynamic-tables/manage)."""
    readers = [read(state, one) for one in state.draft.of_domain(Kind.TABLE.domain) if one.kind in QUERIED]
    reached = {item.name}
    while more := {reader.name for reader in readers if reached & set(reader.reads)} - reached:
        reached |= more
    return [reader.item for reader in readers if reader.name in reached - {item.name} and reader.item.kind is Kind.DYNAMIC_TABLE]


def _set(state: State, item: CatalogObject, key: str, value: str) -> None:
    if key == "target_lag":
        _check_lag(value)
    if key == "comment":
        act(state, item.name, actions.SetProperties(((key, value),)))
    else:
        set_property(state, item, key, fold(value) if key == "warehouse" else value)
