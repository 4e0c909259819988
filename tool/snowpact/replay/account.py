"""What changes no schema: objects of the account, and kinds that the catalog does not keep, by name.

Warehouses, roles and shares are kept, without their settings; they are often there before. Users, integrations, network and resource
rules, notebooks, models, services and their kin hold nothing that a contract could promise.
"""

from __future__ import annotations

from snowpact.model.catalog import INTEGRATIONS, CatalogObject, Kind
from snowpact.replay.registry import replays
from snowpact.replay.state import State, unmodelled
from snowpact.sql.classify import Classified
from snowpact.sql.kinds import OTHER_KINDS

MODELLED = frozenset({"EXTERNAL FUNCTION", "VERSIONED SCHEMA", "DYNAMIC ICEBERG TABLE"})
"""Kinds without a place in the model's enumeration that have families all the same, or that have columns and so stay opaque."""

UNKEPT = (
    Kind.USER, Kind.DATABASE_ROLE, Kind.ALERT, Kind.SECRET, Kind.NETWORK_RULE, Kind.NETWORK_POLICY, Kind.RESOURCE_MONITOR, *INTEGRATIONS,
    Kind.AGGREGATION_POLICY, Kind.PROJECTION_POLICY, Kind.PASSWORD_POLICY, Kind.SESSION_POLICY, Kind.AUTHENTICATION_POLICY,
)  # fmt: skip
"""Kinds that only the embedded engine keeps."""

WITHOUT_EFFECT = tuple(kind for kind in OTHER_KINDS if kind not in MODELLED)


@replays("CREATE", Kind.WAREHOUSE, Kind.ROLE, Kind.SHARE)
def create(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    state.create(CatalogObject(kind, state.name(statement.name or "", kind)), statement.modifiers - {"or_replace"} | {"if_not_exists"})


def _nothing(state: State, statement: Classified) -> None:
    """Without an effect on any schema."""


CLASSES = ("ANOMALY_DETECTION", "FORECAST", "CLASSIFICATION", "TOP_INSIGHTS", "BUDGET", "CUSTOM_CLASSIFIER", "CLASSIFICATION_PROFILE")
"""Snowflake's own classes (https://docs.snowflake.com/en/sql-reference-classes): their instances answer calls, and hold no columns."""


def _instance(state: State, statement: Classified) -> None:
    """``CREATE [OR REPLACE] SNOWFLAKE.ML.FORECAST f(…)``, ``DROP FORECAST f``: of a class, else of a kind that nobody knows."""
    words = [token.word for token in statement.tokens[:10]]
    if statement.kind is not None or not any(word in CLASSES for word in words):
        raise unmodelled(state, statement)


replays("ALTER", Kind.WAREHOUSE, Kind.ROLE)(_nothing)
for _verb in ("CREATE", "ALTER", "DROP"):
    replays(_verb, *UNKEPT)(_nothing)
for _verb in ("CREATE", "ALTER", "DROP"):
    replays(_verb)(_instance)
for _verb in ("CREATE", "ALTER", "DROP", "UNDROP"):
    replays(_verb, *WITHOUT_EFFECT)(_nothing)
