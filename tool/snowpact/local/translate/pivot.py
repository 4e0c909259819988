"""PIVOT and UNPIVOT: https://docs.snowflake.com/en/sql-reference/constructs/pivot, unpivot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.environment import Environment
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import refuse

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def translate(
    translator: Translator,
    relation: exp.Expression,
    pivots: list[exp.Expression],
    name: str | None,
    columns: RelationColumns | None,
    environment: Environment,
) -> exp.Expression:
    refuse("PIVOT")
