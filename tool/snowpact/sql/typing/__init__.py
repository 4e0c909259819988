"""Result columns of queries, with Snowflake's types.

sqlglot's parser gives the tree, the types are ours: its own inference is right on half of what was measured. One file for
each concern, one table from node to rule in ``typer.RULES``; certainty is ``exact`` only where a page of Snowflake's
documentation or a test that ran on an account says so.
"""

from __future__ import annotations

from snowpact.sql.typing.infer import lineage, objects_read, output_columns
from snowpact.sql.typing.lineage import Dependency, Lineage, NameFault, Use
from snowpact.sql.typing.naming import is_nameless
from snowpact.sql.typing.scope import Lookup, Place, StarOverUnknown
from snowpact.sql.typing.statement import statement_lineage
from snowpact.sql.typing.typed import TypedColumn

__all__ = [
    "Dependency",
    "Lineage",
    "Lookup",
    "NameFault",
    "Place",
    "StarOverUnknown",
    "TypedColumn",
    "Use",
    "is_nameless",
    "lineage",
    "objects_read",
    "output_columns",
    "statement_lineage",
]
