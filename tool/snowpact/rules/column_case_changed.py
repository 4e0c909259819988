"""A column's name changes in case alone.

Instead: keep the stored name; fold names to upper case by leaving out the quotes.
Why: an unquoted name is stored upper-case and a quoted one as it stands, so "id" and ID are two columns, and a reader of one does
not find the other (https://docs.snowflake.com/en/sql-reference/identifiers-syntax).
"""

from snowpact.model.change import DropColumn, RenameColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.facts import other_case

ID = "column-case-changed"
SEVERITY = Severities(evolution="EEEW")
ON = (DropColumn, RenameColumn)


def judge(change, context):
    old = change.column_name
    if isinstance(change, RenameColumn):
        new = change.to if change.to.upper() == old.upper() else None
    else:
        new = other_case(change, context)
    if new is not None:
        yield Fault(f"{place(change.object, old)} becomes {spell(new)}: another column to Snowflake", f"keep the name {spell(old)}")
