"""``sequence.NEXTVAL``: a column reference to the parser, a function of its own to the translator, a DuckDB sequence underneath.

Like Snowflake's, a DuckDB sequence gives every row another number and takes none back (https://docs.snowflake.com/en/user-guide/querying-sequences).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.errors import missing
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType, number

if TYPE_CHECKING:
    from snowpact.local.scope import Scope

_MARK = "\N{START OF HEADING}NEXTVAL"


@dataclass(frozen=True)
class NextValue:
    """A sequence's next number, as the translator calls a user-defined function."""

    id: int
    parameters: tuple[SnowflakeType, ...] = ()
    returns: SnowflakeType = number(38, 0)

    def call(self, arguments: list[exp.Expression]) -> exp.Expression:
        sequence = exp.Literal.string(f'_data."s{self.id}"')
        return exp.cast(exp.Anonymous(this="nextval", expressions=[sequence]), "DECIMAL(38,0)")


def with_sequences(tree: exp.Expression, scope: Scope) -> exp.Expression:
    """The tree with each ``sequence.NEXTVAL`` as a call that ``Scope.routine`` answers by ``call_of``. It is changed in place."""
    for column in list(tree.find_all(exp.Column)):
        parts = column.parts
        if len(parts) > 1 and parts[-1].name.upper() == "NEXTVAL":
            found = _sequence(scope, parts[:-1])
            if found is None:
                continue
            call: exp.Expression = exp.Anonymous(this=f"{_MARK}{found}")
            if isinstance(column.parent, exp.Select):
                call = exp.alias_(call, "NEXTVAL")
            column.replace(call)
    return tree


def _sequence(scope: Scope, parts: list[exp.Identifier]) -> int | None:
    """The id of the sequence of that name; None where the name is a table's in the same query (``t.nextval``)."""
    from snowpact.local.scope import stored

    name = scope.session.complete(Name(tuple(stored(part) for part in parts)), scope)
    record = scope.session.find(Kind.SEQUENCE, name)
    if record is None and len(parts) > 1:
        raise missing(name, "Sequence")
    return record.id if record else None


def call_of(name: Name) -> NextValue | None:
    """What a call made by ``with_sequences`` stands for; None for every other function."""
    return NextValue(int(name.name[len(_MARK) :])) if name.name.startswith(_MARK) else None
