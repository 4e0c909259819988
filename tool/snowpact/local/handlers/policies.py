"""CREATE, ALTER and DROP of masking, row access, aggregation and projection policies; the last two are attached to nothing here.

https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy, alter-masking-policy, create-row-access-policy,
create-aggregation-policy, create-projection-policy
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import frame
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation
from snowpact.local.existing import existing
from snowpact.local.governance.policies import KINDS, refuse_attached
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, SetDefinition
from snowpact.sql.statements.policy import CreatePolicy, parse_create_policy
from snowpact.sql.tokens import significant

CONSTRAINTS = {Kind.AGGREGATION_POLICY: "AGGREGATION_CONSTRAINT", Kind.PROJECTION_POLICY: "PROJECTION_CONSTRAINT"}
"""What those that constrain a query return."""


@handles("CREATE", *KINDS, *CONSTRAINTS)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_policy(statement.text)
    kind = Kind(statement.kind)
    _check(kind, parsed)
    name = session.name(parsed.name)
    found = existing(session, kind, name, parsed.modifiers)
    item = CatalogObject(
        kind,
        name,
        definition=parsed.body,
        comment=parsed.comment,
        properties=properties(
            arguments=tuple((argument, str(type_)) for argument, type_ in parsed.arguments),
            returns=parsed.constraint or str(parsed.returns),
        ),
    )
    with ddl(session) as change:
        if found:
            refuse_attached(session.engine.state, found, "CreateOrReplace")
            change.drop(found)
        change.create(item)
    return message(f"{kind.value.title()} {name.name} successfully created.")


def _check(kind: Kind, parsed: CreatePolicy) -> None:
    """The first argument of a masking policy and what it returns are of one type; a row access policy says yes or no."""
    if "or_alter" in parsed.modifiers:
        raise UnsupportedFeature(f"CREATE OR ALTER {kind.value}")
    for key, value in parsed.settings:
        if value.upper() != "FALSE":
            raise UnsupportedFeature(f"{key.upper()} of a {kind}")
    if kind in CONSTRAINTS:
        _check_constraint(kind, parsed)
        return
    wanted = "BOOLEAN" if kind is Kind.ROW_ACCESS_POLICY else parsed.arguments[0][1].base if parsed.arguments else None
    if parsed.returns is None or parsed.returns.base != wanted:
        text = f"Policy '{parsed.name}' has the return type {parsed.returns}, expected {wanted}."
        raise compilation(text, 3536, "42601")  # text and number [M]


def _check_constraint(kind: Kind, parsed: CreatePolicy) -> None:
    """It takes no arguments, and its body calls the function that makes what it returns."""
    words = [token.word for token in significant(parsed.body)]
    if parsed.constraint != CONSTRAINTS[kind] or parsed.arguments or not any(word.endswith(parsed.constraint) for word in words):
        text = f"Policy '{parsed.name}' must take no arguments and return {CONSTRAINTS[kind]}."
        raise compilation(text, 3536, "42601")  # text and number [M]


@handles("ALTER", *KINDS, *CONSTRAINTS)
def alter(session: Session, statement: Classified) -> EngineResult:
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: Action) -> Record:
    if isinstance(action, SetDefinition):
        return change.alter(record, replace(record.object, definition=action.text))
    return frame.plain(change, record, action)


@handles("DROP", *KINDS, *CONSTRAINTS)
def drop(session: Session, statement: Classified) -> EngineResult:
    return frame.drop(session, statement, _drop)


def _drop(change: Ddl, record: Record) -> None:
    refuse_attached(change.session.engine.state, record, "Drop")
    change.drop(record)
