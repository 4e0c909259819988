"""``sequence.NEXTVAL``: a column reference to the parser, a function of its own to the translator, a DuckDB sequence underneath.

Like Snowflake's, a DuckDB sequence gives every row another number and takes none back (https://docs.snowflake.com/en/user-guide/querying-sequences).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.errors import invalid_identifier
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType, number

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.objects import Record
    from snowpact.local.scope import Scope

_MARK = "\N{START OF HEADING}NEXTVAL"


_NUMBER = number(38, 0)


@dataclass(frozen=True)
class NextValue:
    """A sequence's next number, as the translator calls a user-defined function."""

    id: int
    parameters: tuple[SnowflakeType, ...] = ()
    returns: SnowflakeType = _NUMBER
    aggregate: bool = False

    def call(self, arguments: list[exp.Expression], distinct: bool = False) -> exp.Expression:
        sequence = exp.Literal.string(f'_data."s{self.id}"')
        return exp.cast(exp.Anonymous(this="nextval", expressions=[sequence]), "DECIMAL(38,0)")


def make(change: Ddl, item: CatalogObject, start: int) -> Record:
    """A sequence object with its DuckDB sequence, the first number of which is ``start``."""
    record, step = change.create(item), item.property("increment")
    low = "MINVALUE -9223372036854775808" if min(start, step) < 0 else f"MINVALUE {min(start, 1)}"
    high = f"MAXVALUE {max(start, -1)}" if step < 0 else ""
    change.run(f'CREATE SEQUENCE _data."s{record.id}" START WITH {start} INCREMENT BY {step} {low} {high}')
    return record


def with_sequences(tree: exp.Expression, scope: Scope) -> exp.Expression:
    """The tree with each ``sequence.NEXTVAL`` as a call that ``Scope.routine`` answers by ``call_of``. It is changed in place."""
    for column in list(tree.find_all(exp.Column)):
        parts = column.parts
        if len(parts) < 2 or parts[-1].name.upper() != "NEXTVAL" or _is_column(tree, parts):
            continue
        call: exp.Expression = exp.Anonymous(this=f"{_MARK}{_sequence(scope, parts[:-1])}")
        if isinstance(column.parent, exp.Select):
            call = exp.alias_(call, "NEXTVAL")
        column.replace(call)
    return tree


def _is_column(tree: exp.Expression, parts: list[exp.Identifier]) -> bool:
    """Whether the name before NEXTVAL is that of a table of the query."""
    return any(table.alias_or_name.upper() == parts[-2].name.upper() for table in tree.find_all(exp.Table, exp.Subquery, exp.CTE))


def _sequence(scope: Scope, parts: list[exp.Identifier]) -> int:
    from snowpact.local.scope import stored

    name = Name(tuple(stored(part) for part in parts))
    record = scope.session.find(Kind.SEQUENCE, scope.session.complete(name, scope))
    if record is None:
        raise invalid_identifier(f"{name}.NEXTVAL")
    scope.require(record, "USAGE")
    return record.id


def call_of(name: Name) -> NextValue | None:
    """What a call made by ``with_sequences`` stands for; None for every other function."""
    return NextValue(int(name.name[len(_MARK) :])) if name.name.startswith(_MARK) else None
