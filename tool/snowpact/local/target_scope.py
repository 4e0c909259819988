"""The scope of a DML statement: its target table also shows the hidden row id, under a name that nobody can spell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from snowpact.local.encoding import quoted
from snowpact.local.governance.policies import protected
from snowpact.local.objects import Record
from snowpact.local.scope import Scope
from snowpact.local.tables import ROW_ID
from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.names import Name
from snowpact.model.types import number

TARGET = "\N{START OF HEADING}TARGET"
ROW = "\N{START OF HEADING}ROW"


@dataclass(frozen=True)
class TargetScope(Scope):
    """``TARGET`` in FROM means the target with its row ids; the target's own name still means the table as it is for everyone."""

    target: Record | None = None

    def resolve(self, table: exp.Table) -> exp.Expression:
        if table.name != TARGET or self.target is None:
            return super().resolve(table)
        record = self.target
        pairs = zip(record.physical, record.object.columns, strict=True)
        columns = [f"{physical} AS {quoted(column.name)}" for physical, column in pairs]
        rows = exp.maybe_parse(f"(SELECT {', '.join(columns)}, {ROW_ID} AS {quoted(ROW)} FROM {record.table})", dialect="duckdb")
        return protected(self, record, rows, [ROW])

    def lookup(self, name: Name) -> CatalogObject | None:
        if name.name != TARGET or self.target is None:
            return super().lookup(name)
        item = self.target.object
        return replace(item, columns=(*item.columns, Column(ROW, number(19, 0))))


def target_table(alias: exp.Expression | None, name: str) -> exp.Table:
    """The target in FROM, under the alias, or else the name, by which the statement's columns are qualified."""
    alias = alias.copy() if alias is not None else exp.TableAlias(this=exp.to_identifier(name, quoted=True))
    return exp.Table(this=exp.to_identifier(TARGET, quoted=True), alias=alias)


def row_id(table: exp.Table) -> exp.Column:
    """The target's row id as a column of a query."""
    return exp.Column(this=exp.to_identifier(ROW, quoted=True), table=table.args["alias"].this.copy())
