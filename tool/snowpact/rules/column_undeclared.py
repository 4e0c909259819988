"""A closed contract, or a schema that migrations made, has a column that nobody declared.

Instead: add the column to the contract (a minor version) in the same change as the migration; or open the contract.
Why: consumers of a closed contract map columns by position or `SELECT *`; on Snowflake an added base column breaks every
`SELECT *` view above it (https://docs.snowflake.com/en/sql-reference/sql/create-view: the column list is frozen, 002057).
"""

from snowpact.model.change import AddColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place

ID = "column-undeclared"
SEVERITY = Severities(satisfaction="E", schema_drift="E")
ON = (AddColumn,)


def judge(change, context):
    promise = context.promise(change.object)
    column = place(change.object, change.column.name)
    if context.schema_drift:
        yield Fault(f"{column} {change.column.type} was made by no migration", "add it in a migration, or drop it")
    elif promise is not None and promise.closed:
        did = "adds" if context.blame(change) else "there is"
        yield Fault(
            f"{did} {column} {change.column.type}, which the closed contract does not declare",
            f"declare {spell(change.column.name)} in the contract with a new version, or leave it out",
        )
