"""A column that consumers may read is gone.

Declared but not there, dropped from the contract, or dropped by hand. A rename is this too: who reads the old name finds nothing.
Instead: deprecate the column in the contract, add its replacement beside it, and drop it when `remove_after` has passed.
Why: DROP COLUMN is not refused because somebody reads the column; dependants are not updated and fail with "invalid identifier"
at their next query or refresh (https://docs.snowflake.com/en/sql-reference/sql/alter-table,
https://docs.snowflake.com/en/user-guide/dynamic-tables/modify).
"""

from snowpact.model.change import DropColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.facts import alias_of, other_case

ID = "column-removed"
SEVERITY = Severities(evolution="IEEW", satisfaction="E", schema_drift="E")
ON = (DropColumn,)


def judge(change, context):
    name = change.column.name
    if context.evolution and (other_case(change, context) or alias_of(change, context)):
        return
    column = place(change.object, name)
    if context.evolution:
        message = f"{column} is not promised any more"
    elif (change.object, name) in context.renamed:
        message = f"renames {column} to {spell(context.renamed[change.object, name])}"
    elif context.satisfaction:
        message = f"drops {column}" if context.blame(change) else f"{column} is missing"
    else:
        message = f"{column} was made by migrations and is gone"
    instead = f"deprecate {spell(name)} in the contract, add its replacement, drop it after remove_after"
    yield Fault(message + _hint(change, context), instead if not context.schema_drift else "add it again, or drop it in a migration")


def _hint(change, context):
    becomes = context.likely.get((change.object, change.column.name))
    other = other_case(change, context)
    if other is not None:
        return f"; {spell(other)} is there, and quoted names differ by case"
    guess = becomes is not None and (change.object, change.column.name) not in context.renamed
    return f"; it looks renamed to {spell(becomes)}" if guess else ""
