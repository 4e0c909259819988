"""CREATE MASKING POLICY and ROW ACCESS POLICY. The definition is the body; properties ``arguments`` and ``returns``.
"""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.policy import parse_create_policy


@replays("CREATE", Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_policy(statement.text)
    kind = Kind(statement.kind)
    settings = properties(
        arguments=tuple((name, str(given)) for name, given in parsed.arguments),
        returns=str(parsed.returns) if parsed.returns else None,
        **dict(parsed.settings),
    )
    item = CatalogObject(kind, state.name(parsed.name, kind), definition=parsed.body, comment=parsed.comment, properties=settings)
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item)
