"""INFORMATION_SCHEMA: each view is a list of columns, and of each column how its value follows from an object.

Names and types are those of https://docs.snowflake.com/en/sql-reference/info-schema; what those pages call not applicable is NULL here
too. A view is one entry in a table of its family's module.
"""

from __future__ import annotations

from typing import Any

from snowpact.local.facts import Facts
from snowpact.local.information_schema import columns, constraints, containers, privileges, relations, routines, stages
from snowpact.local.information_schema.fields import View
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType

_FAMILIES = (containers, relations, columns, constraints, privileges, routines, stages)
VIEWS: dict[str, View] = {name: view for family in _FAMILIES for name, view in family.VIEWS.items()}


def view(name: str, database: str, facts: Facts) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """(columns, rows) of a view as a database shows it. Raises UnsupportedFeature for a view that the engine does not have."""
    found = VIEWS.get(name)
    if found is None:
        raise UnsupportedFeature(f"INFORMATION_SCHEMA.{name}")
    rows = [tuple(field.value(item) for field in found.fields) for item in found.items(facts, database)]
    return [(field.name, field.type) for field in found.fields], rows
