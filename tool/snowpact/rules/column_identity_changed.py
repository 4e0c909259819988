"""A column begins or ceases to number its rows, or numbers them otherwise.

Instead: add a column of its own for the new numbers; keep the old one filled as it was.
Why: producers who leave the column out depend on it being filled; another start or step makes numbers that were given before.
IDENTITY can't be added to or changed on a column (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column).
"""

from snowpact.model.change import ChangeColumnProperty
from snowpact.rules.context import Fault, Severities, place

ID = "column-identity-changed"
SEVERITY = Severities(evolution="EWEW", schema_drift="E")
ON = (ChangeColumnProperty,)


def judge(change, context):
    if change.property == "identity":
        was, now = _told(change.before), _told(change.after)
        yield Fault(f"{place(change.object, change.column)} has {now} instead of {was}", "add a column of its own for the new numbers")


def _told(identity):
    return "no identity" if identity is None else f"an identity from {identity[0]} by {identity[1]}"
