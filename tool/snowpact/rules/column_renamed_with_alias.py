"""A column gets another name, and the contract says the old one as an alias.

Instead: keep a column of the old name beside the new one until SQL consumers have moved; the alias helps Avro readers alone.
Why: Avro's schema resolution may match a reader's field by its aliases (Avro 1.12, Aliases); Snowflake's SQL has none, a query of
the old name fails with "invalid identifier".
"""

from snowpact.model.change import DropColumn
from snowpact.model.names import spell
from snowpact.rules.context import Fault, Severities, place
from snowpact.rules.facts import alias_of

ID = "column-renamed-with-alias"
SEVERITY = Severities(evolution="IEEW")
ON = (DropColumn,)


def judge(change, context):
    becomes = alias_of(change, context)
    if becomes is not None:
        yield Fault(
            f"{place(change.object, change.column.name)} becomes {spell(becomes)}, with the old name as an alias",
            f"keep {spell(change.column.name)} beside {spell(becomes)} until SQL consumers have moved",
        )
