"""One object as three producers tell it, side by side: for people who look at what drifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.names import Name, spell


@dataclass(frozen=True, slots=True)
class Side:
    """One fact. Each of the three is None where that producer knows no such thing; differs: not all that know it say the same."""

    what: str
    predicted: str | None = None
    declared: str | None = None
    live: str | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    name: Name
    rows: tuple[Side, ...]


def side_by_side(
    name: Name, predicted: CatalogObject | None, declared: CatalogObject | None, live: CatalogObject | None, drifted: Sequence[str] = ()
) -> Sides:
    """drifted: the columns that findings speak of. A contract says nothing of definitions, and of columns only which there must be."""
    sides = (predicted, declared, live)
    rows = [_row("kind", sides, lambda item: str(item.kind)), _row("target lag", sides, lambda item: item.property("target_lag"))]
    names = dict.fromkeys(column.name for item in (predicted, live, declared) if item is not None for column in item.columns)
    rows += [_column(column, sides, column in drifted) for column in names]
    rows.append(_row("comment", (predicted, None, live), lambda item: item.comment))
    rows.append(_row("definition", (predicted, None, live), lambda item: item.definition))
    return Sides(name, tuple(row for row in rows if row.predicted or row.declared or row.live))


def _row(what: str, sides: Sequence[CatalogObject | None], of: Callable[[CatalogObject], object]) -> Side:
    told = [str(value) if item is not None and (value := of(item)) is not None else None for item in sides]
    known = {text for item, text in zip(sides, told, strict=True) if item is not None}
    return Side(what, *told, differs=len(known) > 1)


def _column(name: str, sides: Sequence[CatalogObject | None], drifted: bool) -> Side:
    found = [item.column(name) if item is not None else None for item in sides]
    return Side(spell(name), *(_told(column) if column is not None else None for column in found), differs=drifted)


def _told(column: Column) -> str:
    parts = [str(column.type), "" if column.nullable else "NOT NULL", f"DEFAULT {column.default}" if column.default else ""]
    parts.append(f"COLLATE '{column.collation}'" if column.collation else "")
    parts.append(f"MASKING POLICY {column.masking_policy}" if column.masking_policy else "")
    return " ".join(part for part in parts if part)
