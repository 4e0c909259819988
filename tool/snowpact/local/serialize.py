"""Catalog objects as JSON and back: how the engine keeps its objects in the file. Types are their own SQL spelling."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind
from snowpact.model.names import Name
from snowpact.model.types import Certainty, parse_type


def dump_object(item: CatalogObject) -> dict[str, Any]:
    """The object as plain JSON values; what has its default is left out."""
    return _lean(
        kind=item.kind.value,
        name=list(item.name.parts),
        columns=[_dump_column(column) for column in item.columns],
        constraints=[_dump_constraint(constraint) for constraint in item.constraints],
        definition=item.definition,
        comment=item.comment,
        properties=[[key, _dump_value(value)] for key, value in item.properties],
    )


def load_object(body: dict[str, Any]) -> CatalogObject:
    return CatalogObject(
        kind=Kind(body["kind"]),
        name=Name(tuple(body["name"])),
        columns=tuple(_load_column(column) for column in body.get("columns", ())),
        constraints=tuple(_load_constraint(constraint) for constraint in body.get("constraints", ())),
        definition=body.get("definition"),
        comment=body.get("comment"),
        properties=tuple((key, _load_value(value)) for key, value in body.get("properties", ())),
    )


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lean(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _dump_column(column: Column) -> dict[str, Any]:
    return _lean(
        name=column.name,
        type=str(column.type),
        required=None if column.nullable else True,
        default=column.default,
        comment=column.comment,
        collation=column.collation,
        identity=list(column.identity) if column.identity else None,
        expression=column.expression,
        masking_policy=list(column.masking_policy.parts) if column.masking_policy else None,
        tags=[[list(tag.parts), value] for tag, value in column.tags],
        certainty=None if column.certainty is Certainty.EXACT else column.certainty.value,
        reason=column.reason,
    )


def _load_column(body: dict[str, Any]) -> Column:
    identity, policy = body.get("identity"), body.get("masking_policy")
    return Column(
        name=body["name"],
        type=parse_type(body["type"]),
        nullable=not body.get("required", False),
        default=body.get("default"),
        comment=body.get("comment"),
        collation=body.get("collation"),
        identity=(identity[0], identity[1]) if identity else None,
        expression=body.get("expression"),
        masking_policy=Name(tuple(policy)) if policy else None,
        tags=tuple((Name(tuple(tag)), value) for tag, value in body.get("tags", ())),
        certainty=Certainty(body.get("certainty", "exact")),
        reason=body.get("reason"),
    )


def _dump_constraint(constraint: Constraint) -> dict[str, Any]:
    values = {item.name: getattr(constraint, item.name) for item in fields(constraint)}
    return _lean(**{key: _dump_value(value) for key, value in values.items()})


def _load_constraint(body: dict[str, Any]) -> Constraint:
    return Constraint(**{key: _load_value(value) for key, value in body.items()})


def _dump_value(value: Any) -> Any:
    """A property: JSON scalars as they are, tuples as lists, names marked so that they come back as names."""
    if isinstance(value, Name):
        return {"name": list(value.parts)}
    if isinstance(value, tuple):
        return [_dump_value(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"a property may not hold {type(value).__name__}")


def _load_value(value: Any) -> Any:
    if isinstance(value, dict):
        return Name(tuple(value["name"]))
    return tuple(_load_value(item) for item in value) if isinstance(value, list) else value
