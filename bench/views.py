"""Typing and lineage of 1,000 views that stand on one another, against sqlglot's qualify and annotate_types of the same queries.

Both start from the text of each view; sqlglot is given what it found of the earlier ones as its schema, as ours are.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from measure import Figure, best
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.names import Name
from snowpact.model.types import parse_type
from snowpact.sql.typing import Place, lineage

COUNT = 1_000
BASE = {"ID": "NUMBER(18,0)", "REGION": "VARCHAR(20)", "AMOUNT": "NUMBER(12,2)", "AT": "TIMESTAMP_NTZ(9)"}
QUERY = """WITH kept AS (
    SELECT a.id, a.region, a.amount, a.at, b.amount AS other
    FROM D.S.V{first} AS a
    LEFT JOIN D.S.V{second} AS b ON b.id = a.id
    WHERE a.amount > 0 AND a.region IS NOT NULL
)
SELECT id, UPPER(region) AS region, CASE WHEN other > 10 THEN amount ELSE amount * 2 END::NUMBER(12,2) AS amount, at,
    COUNT(*) OVER (PARTITION BY region) AS peers, DATE_TRUNC('day', at) AS day, COALESCE(other, 0) AS other
FROM kept
QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY at DESC) = 1"""


def queries() -> list[str]:
    return [QUERY.format(first=index - 1, second=index // 2) for index in range(1, COUNT + 1)]


def figures() -> Iterator[Figure]:
    texts = queries()
    ours, theirs = best(lambda: _ours(texts), 3), best(lambda: _theirs(texts), 1)
    yield Figure(f"types and lineage of {COUNT:,} views", ours, "ms", "sqlglot's qualify and annotate_types", theirs, 15.0, faster=True)


def _ours(texts: list[str]) -> None:
    columns = tuple(Column(name, parse_type(type_)) for name, type_ in BASE.items())
    known = {Name.of("D", "S", "V0"): CatalogObject(Kind.TABLE, Name.of("D", "S", "V0"), columns=columns)}
    for index, text in enumerate(texts, start=1):
        name = Name.of("D", "S", f"V{index}")
        found = lineage(text, known.get, Place("D", "S"))
        columns = tuple(Column(one.name, one.type, certainty=one.certainty) for one in found.columns)
        known[name] = CatalogObject(Kind.VIEW, name, columns=columns)


def _theirs(texts: list[str]) -> None:
    schema = MappingSchema({"D": {"S": {"V0": BASE}}}, dialect="snowflake")
    for index, text in enumerate(texts, start=1):
        tree = qualify(sqlglot.parse_one(text, dialect="snowflake"), schema=schema, dialect="snowflake", catalog="D", db="S")
        tree = annotate_types(tree, schema=schema, dialect="snowflake")
        columns = {one.alias_or_name: one.type.sql("snowflake") if one.type else "VARIANT" for one in tree.selects}
        schema.add_table(f"D.S.V{index}", columns, dialect="snowflake")
