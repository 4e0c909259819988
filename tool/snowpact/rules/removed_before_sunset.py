"""Something deprecated goes before the day until which it was to stay.

Instead: wait for `remove_after`; or agree on an earlier day with the consumers, change it in the contract, and remove it later.
Why: consumers plan their move by that day. On Snowflake nothing warns them: the next query, view or refresh that names the column or
object fails (https://docs.snowflake.com/en/sql-reference/sql/alter-table, DROP COLUMN).
"""

from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, Succession, place

ID = "removed-before-sunset"
SEVERITY = Severities(evolution="IEEW")
ON = (Succession,)


def judge(succession, context):
    for column, sunset in succession.before.sunsets.items():
        if sunset >= context.as_of and _gone(succession, column, context):
            what = place(succession.before.name, column)
            yield Fault(
                f"{what} was announced to stay until {sunset}",
                f"keep {spell(column) if column else 'it'} until then",
                column=column,
            )


def _gone(succession, column, context):
    if succession.after is None or column is None:
        return succession.after is None
    head = context.after.relation(succession.after.name)
    return head is None or head.column(column) is None
