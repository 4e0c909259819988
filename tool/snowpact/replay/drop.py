"""DROP and UNDROP. Dropping a database or schema drops what is in it, and UNDROP brings all of it back."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.change import CreateObject
from snowpact.model.names import Name
from snowpact.model.task_graph import is_root
from snowpact.replay.account import UNKEPT
from snowpact.replay.properties import set_property
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State, fits
from snowpact.replay.task import require_suspended, without_predecessor
from snowpact.sql.classify import Classified

DROPPED = tuple(kind for kind in Kind if kind not in (Kind.PROCEDURE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION, *UNKEPT))


@replays("DROP", *DROPPED)
def drop(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    name = state.name(statement.name or "", kind)
    optional = "if_exists" in statement.modifiers
    found = state.find(kind, name) or state.suppose(kind, name, None if optional else CatalogObject(kind, name))
    if kind is Kind.ROLE:
        _revoke_all(state, name)
    if found is None:
        state.gone.add((kind.domain, name))
        if optional:
            return
        raise Refused(f"002003 (42S02): {kind} {name} does not exist or not authorized")
    if not fits(kind, found.kind):
        raise Refused(f"{name} is a {found.kind}, not a {kind}")
    if kind in POLICIES:
        refuse_attached(state, found)
        _refuse_carried(state, found)
    if kind is Kind.TASK and not is_root(found):
        require_suspended(state, found)
    if kind is Kind.TAG and found.property("masking_policies"):
        raise Refused(f"001492 (42601): {found} cannot be dropped: a masking policy is set on it")
    state.drop(found)
    if kind is Kind.TASK:
        without_predecessor(state, name)


def _revoke_all(state: State, role: Name) -> None:
    """All grants that name the role as their grantee are revoked (https://docs.snowflake.com/en/sql-reference/sql/drop-role)."""
    for item in list(state.draft.values()):
        for held in ("grants", "future_grants"):
            grants = item.property(held) or frozenset()
            left = frozenset(entry for entry in grants if entry[-2:] != ("ROLE", str(role)))
            if left != grants:
                set_property(state, item, held, left or None)


POLICIES = (Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY)


def refuse_attached(state: State, policy: CatalogObject) -> None:
    """A policy that still protects something can't be dropped (001492)."""
    for item in state.draft.of_domain(Kind.TABLE.domain):
        held = item.property("row_access_policy")
        if (held is not None and held[0] == policy.name) or any(column.masking_policy == policy.name for column in item.columns):
            raise Refused(f"001492 (42601): {policy} cannot be dropped: it is attached to {item}")


def _refuse_carried(state: State, policy: CatalogObject) -> None:
    for tag in state.draft.of_domain(Kind.TAG.domain):
        if policy.name in (tag.property("masking_policies") or ()):
            raise Refused(f"001492 (42601): {policy} cannot be dropped: {tag} carries it")


@replays("UNDROP")
def undrop(state: State, statement: Classified) -> None:
    if not isinstance(statement.kind, Kind):
        raise Opaque("what is brought back can't be told")
    kind = statement.kind
    name = state.name(statement.name or "", kind)
    if state.find(kind, name) is not None:
        raise Refused(f"002002 (42710): {kind} {name} already exists")
    gone = state.dropped.get((kind.domain, name))
    if not gone:
        raise Opaque(f"{kind} {name} is brought back and was not dropped here", (name,))
    for item in reversed(gone.pop()):
        state.emit(CreateObject(kind=item.kind, object=item.name, after=item))
