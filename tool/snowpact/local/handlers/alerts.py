"""CREATE, ALTER, DROP and EXECUTE ALERT.

https://docs.snowflake.com/en/sql-reference/sql/create-alert, alter-alert, execute-alert. A new alert is suspended. EXECUTE ALERT on an
account only starts an evaluation; here it has ended when the statement answers.
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import frame
from snowpact.local.alerts import history
from snowpact.local.alerts.run import alert_statement, evaluate
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation, missing
from snowpact.local.existing import existing
from snowpact.local.governance import tagging
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, fold
from snowpact.sql.classify import Classified, classify
from snowpact.sql.schedule import parse_schedule
from snowpact.sql.statements import actions
from snowpact.sql.statements.alert import CreateAlert, parse_create_alert

_CONDITIONS = {"SELECT", "VALUES", "SHOW", "CALL"}
"""What a condition may be: https://docs.snowflake.com/en/sql-reference/sql/create-alert#required-parameters."""


@handles("CREATE", Kind.ALERT)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_alert(statement.text)
    if "or_alter" in parsed.modifiers:
        raise UnsupportedFeature("CREATE OR ALTER ALERT")
    name = session.name(parsed.name)
    found = existing(session, Kind.ALERT, name, parsed.modifiers)
    item = _clone(session, parsed, name) if parsed.clone else _object(session, parsed, name)
    with ddl(session) as change:
        if found is not None:
            change.drop(found)
        made = change.create(item)
        if parsed.tags:
            tagging.set_tags(change, made, actions.SetTags(parsed.tags))
    return message(f"Alert {name.name} successfully created.")


def _clone(session: Session, parsed: CreateAlert, name: Name) -> CatalogObject:
    """A clone is suspended."""
    source = session.require(Kind.ALERT, session.name(parsed.clone)).object
    return replace(source, name=name).with_properties(state="suspended")


def _object(session: Session, parsed: CreateAlert, name: Name) -> CatalogObject:
    settings = dict(parsed.settings)
    if "schedule" not in settings:
        raise UnsupportedFeature("alerts on new data (without a SCHEDULE)")
    item = CatalogObject(Kind.ALERT, name, comment=parsed.comment, properties=properties(state="suspended"))
    item = _with_condition(replace(item, definition=parsed.action), parsed.condition or "")
    for key, value in parsed.settings:
        item = _with(session, item, key, value)
    return item


def _with_condition(item: CatalogObject, text: str) -> CatalogObject:
    verb = classify(alert_statement(text)).verb
    if verb not in _CONDITIONS:
        raise compilation(f"The condition of alert {item.name} is no SELECT, SHOW or CALL.", 1003, "42000")  # text [M]
    return item.with_properties(condition=text)


def _with(session: Session, item: CatalogObject, key: str, value: str) -> CatalogObject:
    if key == "comment":
        return replace(item, comment=value or None)
    if key == "condition":
        return _with_condition(item, value)
    if key == "schedule":
        parse_schedule(value)
        return item.with_properties(schedule=value)
    if key == "warehouse":
        warehouse = fold(value)
        if session.find(Kind.WAREHOUSE, Name.of(warehouse)) is None:
            raise missing(warehouse, "Warehouse")
        return item.with_properties(warehouse=warehouse)
    raise UnsupportedFeature(f"ALERT … {key.upper()}")


@handles("ALTER", Kind.ALERT)
def alter(session: Session, statement: Classified) -> EngineResult:
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: actions.Action) -> Record:
    item = record.object
    if isinstance(action, actions.Command) and action.word == "RESUME":
        return change.alter(record.with_extra(resumed_on=change.now.isoformat()), item.with_properties(state="started"))
    if isinstance(action, actions.Command) and action.word == "SUSPEND":
        return change.alter(record, item.with_properties(state="suspended"))
    if isinstance(action, actions.SetDefinition):
        return change.alter(record, replace(item, definition=action.text))
    if isinstance(action, actions.SetProperties):
        for key, value in action.values:
            item = _with(change.session, item, key, value)
        return change.alter(record, item)
    if isinstance(action, actions.UnsetProperties) and set(action.keys) <= {"comment", "warehouse"}:
        item = replace(item, comment=None) if "comment" in action.keys else item
        return change.alter(record, item.with_properties(warehouse=None) if "warehouse" in action.keys else item)
    if isinstance(action, actions.SetTags):
        return tagging.set_tags(change, record, action)
    if isinstance(action, actions.UnsetTags):
        return tagging.unset_tags(change, record, action)
    raise UnsupportedFeature(f"ALTER ALERT … {type(action).__name__}")


@handles("DROP", Kind.ALERT)
def drop(session: Session, statement: Classified) -> EngineResult:
    return frame.drop(session, statement)


@handles("EXECUTE ALERT")
def execute(session: Session, statement: Classified) -> EngineResult:
    """Of a suspended alert too."""
    alert = session.require(Kind.ALERT, session.name(statement.name))
    statement.cursor().finish()
    if session.transaction.open or session.task is not None or session.alert is not None:
        raise UnsupportedFeature("EXECUTE ALERT in a transaction, a task or an alert")
    evaluate(session.engine, alert, session.engine.clock.now(), history.MANUAL)
    return message(f"Alert {alert.name.name} is scheduled to run immediately.")
