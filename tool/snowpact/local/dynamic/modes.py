"""REFRESH_MODE = AUTO, resolved once at creation to INCREMENTAL or FULL, and why.

From the matrix of https://docs.snowflake.com/en/user-guide/dynamic-tables/supported-queries. What the page does not settle is FULL: the
cautious answer. An explicit INCREMENTAL that the query does not allow is an error at creation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.dynamic.graph import read_by
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.session import Session

NOT_SUPPORTED, SPECIFIED, UPSTREAM = "QUERY_NOT_SUPPORTED_FOR_INCREMENTAL", "USER_SPECIFIED_FULL_REFRESH", "UPSTREAM_USES_FULL_REFRESH"
"""Values of refresh_mode_reason."""

VOLATILE = {
    "RANDOM", "RANDSTR", "UNIFORM", "NORMAL", "ZIPF", "SEQ1", "SEQ2", "SEQ4", "SEQ8", "UUID_STRING", "CURRENT_USER", "CURRENT_ROLE",
    "CURRENT_ACCOUNT", "CURRENT_REGION", "CURRENT_WAREHOUSE", "CURRENT_SESSION", "CURRENT_DATABASE", "CURRENT_SCHEMA", "ANY_VALUE",
}  # fmt: skip
CLOCK = {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "SYSDATE", "GETDATE", "SYSTIMESTAMP"}
"""Allowed in WHERE, HAVING and QUALIFY alone."""
_SPELLINGS = {"RAND": "RANDOM", "UUID": "UUID_STRING"}
"""What the parser calls some functions."""

_SHAPES: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Limit, "LIMIT"),
    (exp.Fetch, "FETCH"),
    (exp.Except, "MINUS or EXCEPT"),
    (exp.Intersect, "INTERSECT"),
    (exp.TableSample, "SAMPLE"),
    (exp.Connect, "CONNECT BY"),
    (exp.TableFromRows, "a table function"),
    (exp.Cube, "GROUP BY CUBE"),
    (exp.Rollup, "GROUP BY ROLLUP"),
    (exp.GroupingSets, "GROUP BY GROUPING SETS"),
    (exp.PivotAny, "PIVOT … ANY"),
)


def resolve(session: Session, probe: Record, asked: str) -> tuple[str, str | None]:
    """(``INCREMENTAL`` or ``FULL``, the reason for FULL) for a dynamic table to be; asked: AUTO, FULL or INCREMENTAL.

    Raises 002711 where INCREMENTAL was asked for and can't be.
    """
    if asked == "FULL":
        return "FULL", SPECIFIED
    read = read_by(session, probe)
    found = next(_obstacles(session, [probe, *read]), None)
    full = next((item for item in read if item.extra.get("resolved_mode") == "FULL"), None)
    if asked == "INCREMENTAL":
        if found:
            text = f"Dynamic Table '{probe.name.name}' is defined with REFRESH_MODE = INCREMENTAL, "
            text += f"but the query is not supported for incremental refresh: it contains {found}."
            raise StatementError(f"SQL compilation error:\n{text}", 2711, "0A000")
        if full is not None and not _has_key(session, full):
            text = "Incremental refresh mode is not supported because the upstream dynamic table "
            raise compilation(f"{text}'{full.name}' does not have a unique key for change tracking.", 2711, "0A000")  # number [M]
        return "INCREMENTAL", None
    if found:
        return "FULL", NOT_SUPPORTED
    return ("FULL", UPSTREAM) if full is not None else ("INCREMENTAL", None)


def obstacle(tree: exp.Expression) -> str | None:
    """What in a query itself stands in the way of knowing its changes."""
    return next((text for node in tree.walk() for text in _of_node(node, set())), None)


def _obstacles(session: Session, records: list[Record]) -> Iterator[str]:
    """What stands in the definition and in the views and functions that it reads."""
    for record in records:
        item = record.object
        if item.kind is Kind.FUNCTION:
            yield from _of_function(session, record)
        elif item.kind is Kind.VIEW or record is records[0]:
            tree = session.parse(item.definition or "")
            if item.property("recursive"):
                yield "WITH RECURSIVE"
            volatile = {other.name.name.partition("(")[0] for other in records if _is_volatile(other)}
            for node in tree.walk():
                yield from _of_node(node, volatile)


def _is_volatile(record: Record) -> bool:
    return record.object.kind is Kind.FUNCTION and record.object.property("volatility") != "IMMUTABLE"


def _of_function(session: Session, record: Record) -> Iterator[str]:
    """A table function, or a SQL function with a subquery."""
    if str(record.object.property("returns") or "").upper().startswith("TABLE"):
        yield f"the table function {record.name.name}"
    definition = record.object.definition or ""
    if record.object.property("language", "SQL") == "SQL" and "SELECT" in definition.upper():
        yield f"the function {record.name.name} with a subquery"


def _of_node(node: exp.Expression, volatile: set[str]) -> Iterator[str]:
    name = function_name(node)
    if name in VOLATILE:
        yield name
    if name in CLOCK and not _filters(node):
        yield f"{name} outside WHERE, HAVING and QUALIFY"
    if name in volatile and (_filters(node) or node.find_ancestor(exp.Group)):
        yield f"the volatile function {name} outside the select list"
    for kind, text in _SHAPES:
        if isinstance(node, kind) and not (kind is exp.TableFromRows and isinstance(node.this, exp.Explode)):
            yield text
    if isinstance(node, exp.With) and node.args.get("recursive"):
        yield "WITH RECURSIVE"
    if isinstance(node, exp.Pivot) and node.args.get("unpivot"):
        yield "UNPIVOT"
    if isinstance(node, exp.Query) and not _in_from(node):
        yield "a subquery outside FROM"
    if isinstance(node, exp.Lateral) and not isinstance(node.this, exp.Explode):
        yield "LATERAL other than FLATTEN"
    if isinstance(node, exp.Join) and node.side and not isinstance(node.this, exp.Lateral) and not _is_equality(node):
        yield "an outer join without an equality alone"
    if isinstance(node, exp.Column) and node.name.upper() in ("NEXTVAL", "SEQ") and node.table:
        yield f"{node.table}.{node.name}"
    if isinstance(node, exp.Window) and _slides(node):
        yield "RANK with a sliding frame"


def _filters(node: exp.Expression) -> bool:
    return node.find_ancestor(exp.Where, exp.Having, exp.Qualify) is not None


def _in_from(node: exp.Expression) -> bool:
    """Whether a query stands where a relation does, or at the top."""
    parent = node.parent
    while isinstance(parent, (exp.Subquery, exp.SetOperation)) and isinstance(node, exp.Query):
        node, parent = parent, parent.parent
    return parent is None or isinstance(parent, (exp.From, exp.Join, exp.CTE, exp.Lateral, exp.Pivot))


def _is_equality(join: exp.Join) -> bool:
    if join.args.get("using") or join.method == "NATURAL":
        return True
    condition = join.args.get("on")
    if condition is None:
        return False
    parts = condition.unnest().flatten() if isinstance(condition.unnest(), exp.And) else [condition.unnest()]
    return any(isinstance(part.unnest(), (exp.EQ, exp.EqualNull, exp.NullSafeEQ)) for part in parts)


def _slides(window: exp.Window) -> bool:
    spec = window.args.get("spec")
    whole = ("UNBOUNDED", "CURRENT ROW")
    inner = window.this.sql_name() if isinstance(window.this, exp.Func) else window.this.name
    ranks = inner.upper() in {"RANK", "DENSE_RANK", "PERCENT_RANK"}
    return ranks and spec is not None and (spec.args.get("start") not in whole or spec.args.get("end") not in whole)


def _has_key(session: Session, record: Record) -> bool:
    """Whether Snowflake derives a unique key from a definition: GROUP BY, or QUALIFY ROW_NUMBER() … = 1
    (https://docs.snowflake.com/en/user-guide/dynamic-tables/input-data-optimization). A primary key passed through is left out."""
    tree = session.parse(record.object.definition or "")
    if not isinstance(tree, exp.Select):
        return False
    qualify = tree.args.get("qualify")
    first = qualify.this.unnest() if qualify is not None else None
    numbered = isinstance(first, exp.EQ) and first.find(exp.RowNumber) is not None and first.expression.name == "1"
    return bool(tree.args.get("group")) or numbered


def function_name(node: exp.Expression) -> str | None:
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    name = node.sql_name().upper() if isinstance(node, exp.Func) else None
    return _SPELLINGS.get(name, name) if name else None
