"""CREATE and DROP DATA METRIC FUNCTION (https://docs.snowflake.com/en/sql-reference/sql/create-data-metric-function).

What ALTER TABLE and ALTER VIEW say about metrics stands in ``quality/association``.
"""

from __future__ import annotations

from snowpact.local.ddl import ddl
from snowpact.local.errors import missing
from snowpact.local.existing import existing
from snowpact.local.objects import Record
from snowpact.local.quality.association import attached
from snowpact.local.quality.measure import measured_of
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.metric import CreateMetric, parse_create_metric, read_signature


@handles("CREATE", Kind.DATA_METRIC_FUNCTION)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_metric(statement.text)
    if "or_alter" in parsed.modifiers:
        raise UnsupportedFeature("CREATE OR ALTER DATA METRIC FUNCTION")
    base = session.name(parsed.name)
    name = base.with_signature(parsed.signature)
    found = existing(session, Kind.DATA_METRIC_FUNCTION, name, parsed.modifiers)
    session.parse(parsed.body)
    with ddl(session) as change:
        if found:
            change.drop(found)
        change.create(_object(parsed, name))
    return message(f"Function {base.name} successfully created.")


def _object(parsed: CreateMetric, name: Name) -> CatalogObject:
    """tables: each argument's name and its columns with their types."""
    tables = tuple((table, tuple((column, str(type_)) for column, type_ in columns)) for table, columns in parsed.tables)
    kept = properties(
        tables=tables,
        returns=str(parsed.returns),
        language="SQL",
        secure=True if "secure" in parsed.modifiers else None,
    )
    return CatalogObject(Kind.DATA_METRIC_FUNCTION, name, definition=parsed.body, comment=parsed.comment, properties=kept)


@handles("DROP", Kind.DATA_METRIC_FUNCTION)
def drop(session: Session, statement: Classified) -> EngineResult:
    """Refused while the metric is on a table [M]."""
    cursor = statement.cursor()
    base = session.name(statement.name)
    name = base.with_signature(read_signature(cursor))
    cursor.finish()
    found = session.find(Kind.DATA_METRIC_FUNCTION, name)
    if found is None:
        if "if_exists" in statement.modifiers:
            return message("Drop statement executed successfully.")
        raise missing(name, "Data metric function")
    used = _users(session, found)
    if used:
        text = f"Data metric function {base} can't be dropped: it is associated with {used[0].name}."
        raise StatementError(text, 2506, "42601")  # text and number [M]
    with ddl(session) as change:
        change.drop(found)
    return message(f"{base.name} successfully dropped.")


def _users(session: Session, metric: Record) -> list[Record]:
    tables = (record for record in session.engine.state if measured_of(record))
    return [record for record in tables if any(one.metric == metric.name for one in attached(record))]
