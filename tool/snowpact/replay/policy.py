"""CREATE MASKING POLICY and ROW ACCESS POLICY. The definition is the body; properties ``arguments`` and ``returns``."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.drop import refuse_attached
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.policy import CreatePolicy, parse_create_policy


@replays("CREATE", Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_policy(statement.text)
    kind = Kind(statement.kind)
    _require_returns(kind, parsed)
    settings = properties(
        arguments=tuple((name, str(given)) for name, given in parsed.arguments),
        returns=str(parsed.returns) if parsed.returns else None,
        **dict(parsed.settings),
    )
    item = CatalogObject(kind, state.name(parsed.name, kind), definition=parsed.body, comment=parsed.comment, properties=settings)
    before = state.find(kind, item.name)
    if before is not None and "or_replace" in parsed.modifiers:
        refuse_attached(state, before)
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item)


def _require_returns(kind: Kind, parsed: CreatePolicy) -> None:
    """A masking policy answers in the type of its first argument, a row access policy yes or no
    (https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy#required-parameters)."""
    wanted = "BOOLEAN" if kind is Kind.ROW_ACCESS_POLICY else parsed.arguments[0][1].base if parsed.arguments else None
    if parsed.returns is not None and wanted is not None and parsed.returns.base != wanted:
        raise Refused(f"003536 (42601): policy {parsed.name} returns {parsed.returns}, not {wanted}")
