"""A default that Snowflake will refuse to set.

A statement that adds a default to a column that exists, or changes a literal one; a new column of an existing table whose default is
an expression or not a literal of exactly its type.
Instead: add a new column with a literal default of its own type, and move over; or fill the value where rows are written.
Why: SET DEFAULT works only from one sequence to another, and ADD COLUMN takes only a literal of exactly the column's type
(https://docs.snowflake.com/en/sql-reference/sql/alter-table-column, https://docs.snowflake.com/en/sql-reference/sql/alter-table).
A contract's own default binds readers and is no statement, so a change of it alone is no such fault.
"""

import re

from snowpact.model.catalog import Kind
from snowpact.model.change import AddColumn, ChangeDefault
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.literals import fits

ID = "default-unsettable"
SEVERITY = Severities(evolution="E!")
ON = (AddColumn, ChangeDefault)

_SEQUENCE = re.compile(r".*\.\s*nextval\s*\Z", re.IGNORECASE | re.DOTALL)


def judge(change, context):
    if change.kind is not Kind.TABLE:
        return
    if isinstance(change, AddColumn):
        column = change.column
        if column.default is not None and not fits(column.default, column.type):
            yield Fault(
                f"{place(change.object, column.name)} is added with the default {column.default}, which is no literal of {column.type}",
                f"give a literal that is a {column.type}, or add the column without and fill it",
            )
        return
    wanted = change.source is not None and change.after is not None
    if wanted and not (change.before and _SEQUENCE.match(change.before) and _SEQUENCE.match(change.after)):
        yield Fault(
            f"{place(change.object, change.column)} can't be given the default {change.after}: it exists already",
            "add a new column with that default, or fill the value where rows are written",
        )
