"""A required column without a default is added to a promise that already stands.

Instead: add it as nullable or with a default; make it required in a later version, once every row has a value.
Why: rows written before it have no value, and producers who do not know it are refused: ADD COLUMN … NOT NULL without a default
fails on a table that holds rows (https://docs.snowflake.com/en/sql-reference/sql/alter-table; the failure is not verified [M]).
"""

from snowpact.model.change import AddColumn
from snowpact.rules.context import Fault, Severities, place

ID = "column-added-required"
SEVERITY = Severities(evolution="EIEW")
ON = (AddColumn,)


def judge(change, context):
    column = change.column
    if not column.nullable and column.default is None and column.identity is None and column.expression is None:
        yield Fault(
            f"{place(change.object, column.name)} is new, required and without a default",
            "add it as nullable or with a default; require it in a later version",
        )
