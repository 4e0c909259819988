"""ALTER MATERIALIZED VIEW: https://docs.snowflake.com/en/sql-reference/sql/alter-materialized-view. CREATE stands with that of views."""

from __future__ import annotations

from snowpact.local import alter
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import missing
from snowpact.local.materialized import require_valid
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter

DONE = message("Statement executed successfully.")

_PLAIN = (actions.RenameTo, actions.ClusterBy, actions.SetTags, actions.UnsetTags)
_PROPERTIES = {"comment", "secure"}


@handles("ALTER", Kind.MATERIALIZED_VIEW)
def alter_materialized_view(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_alter(statement.text)
    name = session.name(parsed.name)
    record = session.find(Kind.MATERIALIZED_VIEW, name)
    if record is None or record.object.kind is not Kind.MATERIALIZED_VIEW:
        if parsed.if_exists and record is None:
            return DONE
        raise missing(name, "Materialized view")
    with ddl(session) as change:
        for action in parsed.actions:
            record = _apply(change, record, action)
    return DONE


def _apply(change: Ddl, record: Record, action: actions.Action) -> Record:
    """Nothing is clustered here: SUSPEND RECLUSTER and RESUME RECLUSTER have nothing to stop."""
    if isinstance(action, actions.Command) and action.word in {"SUSPEND RECLUSTER", "RESUME RECLUSTER"}:
        return change.alter(record)
    if isinstance(action, actions.Command) and action.word in {"SUSPEND", "RESUME"}:
        return _suspend(change, record, action.word == "SUSPEND")
    keys = {key for key, _ in action.values} if isinstance(action, actions.SetProperties) else set()
    keys |= set(action.keys) if isinstance(action, actions.UnsetProperties) else set()
    if not isinstance(action, _PLAIN) and (not keys or keys - _PROPERTIES):
        raise UnsupportedFeature(f"ALTER MATERIALIZED VIEW … {type(action).__name__} {', '.join(sorted(keys)).upper()}".rstrip())
    return alter.apply(change, record, action)


def _suspend(change: Ddl, record: Record, suspended: bool) -> Record:
    """What a change of the base table made invalid does not come back: it has to be created anew."""
    after = record.with_extra(suspended=True if suspended else None)
    if not suspended:
        require_valid(change.session.engine.state, after)
    return change.alter(after)
