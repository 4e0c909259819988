"""A virtual column is computed otherwise, or a stored one becomes virtual.

Instead: add a column with the new expression, and deprecate the old one.
Why: the values change for every row there is, at once and without a trace: a virtual column is computed when it is read
(https://docs.snowflake.com/en/sql-reference/sql/create-table).
"""

from snowpact.model.change import ChangeColumnProperty
from snowpact.model.text import same_text
from snowpact.rules.context import Fault, Severities, place

ID = "column-expression-changed"
SEVERITY = Severities(evolution="WEEW", schema_drift="E")
ON = (ChangeColumnProperty,)


def judge(change, context):
    if change.property == "expression" and not same_text(change.before, change.after):
        was, now = (f"computed as {value}" if value else "stored" for value in (change.before, change.after))
        yield Fault(f"{place(change.object, change.column)} is {now} instead of {was}", "add a column with the new expression beside it")
