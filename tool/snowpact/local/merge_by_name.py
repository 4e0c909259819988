"""MERGE … UPDATE ALL BY NAME and INSERT ALL BY NAME: which value goes where is told by the columns' names.

https://docs.snowflake.com/en/sql-reference/sql/merge: target and source must have the same columns, in whatever order. sqlglot does not
know the words, so they are replaced before it reads the statement by an assignment to a column whose name nobody can know.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import dml
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.relation import outlined
from snowpact.local.scope import stored
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session

ALL = f"ALL {uuid.uuid4()}"
_WRITTEN = {"UPDATE": f'SET "{ALL}" = NULL', "INSERT": f'("{ALL}") VALUES (NULL)'}


def spelled_out(statement: Classified) -> str:
    """The statement's text with ``ALL BY NAME`` replaced."""
    text, tokens = statement.text, statement.tokens
    for index in range(len(tokens) - 4, -1, -1):
        verb, *words = (token.word for token in tokens[index : index + 4])
        if verb in _WRITTEN and words == ["ALL", "BY", "NAME"]:
            text = f"{text[: tokens[index + 1].start]}{_WRITTEN[verb]}{text[tokens[index + 3].end :]}"
    return text


def is_all(node: exp.Expression | None) -> bool:
    """Whether the column of an assignment or list stands for all columns by name."""
    return isinstance(node, (exp.Column, exp.Identifier)) and node.name == ALL


def pairs(session: Session, record: Record, source: exp.Expression) -> list[dml.Assignment]:
    """Each column of the target with the source's column of that name. Raises where the two do not have the same columns."""
    _, found = outlined(session, exp.select("*").from_(source.copy()), session.scope)
    names, columns = [name for name, _ in found], record.object.columns
    if sorted(names) != sorted(column.name for column in columns):
        text = "The source of MERGE … ALL BY NAME must have the same columns as the target."
        raise compilation(text, 2020, "21S01")  # text and number [M]
    alias = source.args.get("alias")
    table = alias.this if isinstance(alias, exp.TableAlias) else source.this if isinstance(source, exp.Table) else None
    qualifier = exp.to_identifier(stored(table), quoted=True) if isinstance(table, exp.Identifier) else None
    return [(column, exp.Column(this=exp.to_identifier(column.name, quoted=True), table=qualifier)) for column in columns]
