"""ALTER of what has no columns, action by action; and of schemas and databases, with what is in them.

A setting of an object that was never created here, and that no contract knows, changes nothing that is promised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.change import RenameObject, ReplaceObject
from snowpact.model.names import Name, fold
from snowpact.model.task_graph import is_root
from snowpact.replay.alter_table import follow_moved
from snowpact.replay.governance import known, same_type, set_tags, unset_tags
from snowpact.replay.properties import set_comment, set_definition, set_property
from snowpact.replay.registry import replays
from snowpact.replay.settings import SECRET
from snowpact.replay.state import Opaque, Refused, State
from snowpact.replay.task import neighbour, require_suspended, settled
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter_object import AlterObject, parse_alter_object
from snowpact.sql.statements.task_options import require_consistent, require_setting

OBJECTS = (
    Kind.STREAM, Kind.TASK, Kind.SEQUENCE, Kind.STAGE, Kind.FILE_FORMAT, Kind.PIPE, Kind.TAG, Kind.STREAMLIT, Kind.MASKING_POLICY,
    Kind.ROW_ACCESS_POLICY, Kind.PROCEDURE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION, Kind.SCHEMA, Kind.DATABASE, Kind.SHARE,
)  # fmt: skip
_MOVES = (actions.RenameTo, actions.SwapWith)


@replays("ALTER", *OBJECTS)
def alter(state: State, statement: Classified) -> None:
    parsed = parse_alter_object(statement.text)
    kind = Kind(statement.kind)
    name = state.name(parsed.name, kind)
    if parsed.signature:
        name = name.with_signature(parsed.signature)
    if not _stands(state, kind, name, parsed):
        return
    for action in parsed.actions:
        if kind is Kind.TASK:
            _require_suspended(state, state.require(kind, name), action)
        family = _ACTIONS.get(type(action))
        if family is None:
            raise Opaque(f"ALTER {kind.value} … {type(action).__name__} is not modelled", (name,))
        name = family(state, state.require(kind, name), action) or name
        if kind is Kind.TASK and not isinstance(action, actions.Command):
            require_consistent(state.require(kind, name))
            settled(state, name)


def _require_suspended(state: State, task: CatalogObject, action: actions.Action) -> None:
    """A root is started and suspended at any time, everything else while it is suspended
    (https://docs.snowflake.com/en/user-guide/tasks-graphs#versioning-of-tasks)."""
    if not isinstance(action, actions.Command) or not is_root(task):
        require_suspended(state, task)


def _stands(state: State, kind: Kind, name: Name, parsed: AlterObject) -> bool:
    """Whether there is anything to do. Raises Refused or Opaque where the object is missing and that matters."""
    if state.find(kind, name) is not None or state.suppose(kind, name) is not None:
        return True
    if state.missing(kind, name):
        if parsed.if_exists:
            return False
        raise Refused(f"002003 (02000): {kind} {name} does not exist or not authorized")
    moved = [state.name(action.name, kind) for action in parsed.actions if isinstance(action, _MOVES)]
    if moved:
        raise Opaque(f"{kind} {name} is renamed and was never created here", (name, *moved))
    return False


def _rename(state: State, item: CatalogObject, action: actions.RenameTo) -> Name:
    to = state.name(action.name, item.kind)
    if item.kind in (Kind.PROCEDURE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION):
        to = Name((*to.parts[:-1], to.name + item.name.name[item.name.name.index("(") :]))
    state.require_container(to)
    if state.find(item.kind, to) is not None:
        raise Refused(f"002002 (42710): {item.kind} {to} already exists")
    inside = state.draft.within(item.name) if item.kind in (Kind.SCHEMA, Kind.DATABASE) else []
    state.emit(RenameObject(kind=item.kind, object=item.name, to=to))
    moved = {one.name: _moved(one.name, item.name, to) for one in reversed(inside)}
    for one in reversed(inside):
        state.emit(RenameObject(kind=one.kind, object=one.name, to=moved[one.name]))
    follow_moved(state, moved)
    if item.name in state.complete:
        state.complete.add(to)
    if state.database == item.name.parts[0] and (item.kind is Kind.DATABASE or state.schema == item.name.name):
        state.use(to.parts[0], to.parts[1] if item.kind is Kind.SCHEMA else state.schema)
    return to


def _moved(name: Name, container: Name, to: Name) -> Name:
    return Name((*to.parts, *name.parts[len(container.parts) :]))


def _swap(state: State, item: CatalogObject, action: actions.SwapWith) -> None:
    """Each name gets the other's content: what both hold is replaced, what one holds moves."""
    other = state.require(item.kind, state.name(action.name, item.kind))
    ours = {_moved(one.name, item.name, other.name): one for one in state.draft.within(item.name)}
    theirs = {one.name: one for one in state.draft.within(other.name)}
    given, taken = replace(item, name=other.name), replace(other, name=item.name)
    if given != other:
        state.emit(ReplaceObject(kind=item.kind, object=item.name, before=item, after=taken))
        state.emit(ReplaceObject(kind=other.kind, object=other.name, before=other, after=given))
    keys = {(one.kind.domain, name) for name, one in ours.items()}
    both = keys & {one.key for one in theirs.values()}
    for name, one in ours.items():
        if (one.kind.domain, name) in both:
            counterpart = state.draft[one.kind.domain, name]
            state.emit(ReplaceObject(kind=one.kind, object=one.name, before=one, after=replace(counterpart, name=one.name)))
            state.emit(ReplaceObject(kind=counterpart.kind, object=name, before=counterpart, after=replace(one, name=name)))
        else:
            state.emit(RenameObject(kind=one.kind, object=one.name, to=name))
    for name, one in theirs.items():
        if one.key not in both:
            state.emit(RenameObject(kind=one.kind, object=name, to=_moved(name, other.name, item.name)))
    follow_moved(state, {one.name: name for name, one in ours.items()} | {name: _moved(name, other.name, item.name) for name in theirs})


def _set(state: State, item: CatalogObject, action: actions.SetProperties) -> None:
    for key, value in action.values:
        if key == "comment":
            set_comment(state, item, value or None)
        elif key not in SECRET:
            if item.kind is Kind.TASK:
                require_setting(key, value)
            set_property(state, item, key, _READ.get(key, str)(value))


_READ: dict[str, Callable[[str], Any]] = {
    "increment": int,
    "warehouse": fold,
    "accounts": lambda value: tuple(account.strip().upper() for account in value.split(",") if account.strip()) or None,
    "secure": lambda value: True if value.upper() == "TRUE" else None,
}


def _unset(state: State, item: CatalogObject, action: actions.UnsetProperties) -> None:
    for key in action.keys:
        if key == "comment":
            set_comment(state, item, None)
        else:
            set_property(state, item, key, None)


def _add(state: State, item: CatalogObject, action: actions.AddTo) -> None:
    _change_list(state, item, action.key, lambda held, given: [*held, *(value for value in given if value not in held)], action.values)


def _remove(state: State, item: CatalogObject, action: actions.RemoveFrom) -> None:
    if action.key == "after" and not {neighbour(state, item.name, value) for value in action.values} <= set(item.property("after") or ()):
        raise Refused(f"091417 (42601): {', '.join(action.values)} is no predecessor of {item}")
    _change_list(state, item, action.key, lambda held, given: [value for value in held if value not in given], action.values)


def _change_list(state: State, item: CatalogObject, key: str, change: Callable[[list, list], list], values: tuple[str, ...]) -> None:
    held = item.property(key)
    if key == "after":
        after = change(list(held or ()), [neighbour(state, item.name, value) for value in values])
        set_property(state, item, key, tuple(sorted(after)) or None)
    else:
        set_property(state, item, key, tuple(change(list(held or ()), list(values))) or None)


_STATES = {"SUSPEND": "suspended", "RESUME": "started"}
_MANAGED = {"ENABLE MANAGED ACCESS": True, "DISABLE MANAGED ACCESS": None}


def _command(state: State, item: CatalogObject, action: actions.Command) -> None:
    """Other commands (REFRESH, versions of a streamlit, replication) change nothing that the catalog keeps."""
    if action.word in _STATES and item.kind is Kind.TASK:
        set_property(state, item, "state", _STATES[action.word])
    elif action.word in _MANAGED:
        set_property(state, item, "managed_access", _MANAGED[action.word])


def _mask_by_tag(state: State, item: CatalogObject, action: actions.SetMaskingPolicies) -> None:
    """Every column that has the tag is protected by the policy of its data type. With FORCE a policy replaces that of its type."""
    held = set(item.property("masking_policies") or ())
    for name in (state.name(policy, Kind.MASKING_POLICY) for policy in action.policies):
        known(state, Kind.MASKING_POLICY, name)
        if action.force:
            held = {other for other in held if not same_type(state, other, name)}
        elif name not in held and any(same_type(state, other, name) for other in held):
            raise Refused(f"003539 (42601): {item} has a masking policy for the data type of {name} already")
        held.add(name)
    set_property(state, item, "masking_policies", tuple(sorted(held)))


def _unmask_by_tag(state: State, item: CatalogObject, action: actions.UnsetMaskingPolicies) -> None:
    gone = {state.name(policy, Kind.MASKING_POLICY) for policy in action.policies}
    set_property(state, item, "masking_policies", tuple(sorted(set(item.property("masking_policies") or ()) - gone)) or None)


_ACTIONS: dict[type, Callable[[State, CatalogObject, Any], Name | None]] = {
    actions.RenameTo: _rename,
    actions.SwapWith: _swap,
    actions.SetDefinition: lambda state, item, action: set_definition(state, item, action.text),
    actions.SetProperties: _set,
    actions.UnsetProperties: _unset,
    actions.SetTags: set_tags,
    actions.UnsetTags: unset_tags,
    actions.AddTo: _add,
    actions.RemoveFrom: _remove,
    actions.Command: _command,
    actions.SetMaskingPolicies: _mask_by_tag,
    actions.UnsetMaskingPolicies: _unmask_by_tag,
}
