"""CASE, IFF, COALESCE and their kin."""

from __future__ import annotations

from sqlglot import exp

from snowpact.sql.typing.common import common
from snowpact.sql.typing.typed import NULL, Typed, weaker


def case(node: exp.Case, typer) -> Typed:
    branches = [typer.of(branch.args.get("true")) for branch in node.args["ifs"]]
    default = node.args.get("default")
    branches.append(typer.of(default) if default is not None else NULL)
    return common(branches)


def iff(node: exp.If, typer) -> Typed:
    default = node.args.get("false")
    return common([typer.of(node.args.get("true")), typer.of(default) if default is not None else NULL])


def coalesce(node: exp.Coalesce, typer) -> Typed:
    inputs = [typer.of(node.this), *(typer.of(item) for item in node.expressions)]
    return common(inputs, nullable=all(item.nullable for item in inputs))


def nvl2(node: exp.Nvl2, typer) -> Typed:
    return common([typer.of(node.args.get("true")), typer.of(node.args.get("false"))])


def extreme(node: exp.Func, typer) -> Typed:
    """GREATEST and LEAST: by coercion too, but no source tells their exact type where inputs differ."""
    inputs = [typer.of(node.this), *(typer.of(item) for item in node.expressions)]
    found = common(inputs)
    return found if len({item.type for item in inputs}) == 1 else weaker(found, "the common type of GREATEST and LEAST is not documented")


def nullif(node: exp.Nullif, typer) -> Typed:
    first, second = typer.of(node.this), typer.of(node.expression)
    found = Typed(first.type, first.certainty, first.reason)
    return found if first.type == second.type else weaker(found, "the type of NULLIF over two types is not documented")


def decode(node: exp.DecodeCase, typer) -> Typed:
    """DECODE(x, search, result, …, default): every second argument from the third, and a last odd one."""
    arguments = node.expressions
    results = arguments[2::2] + ([arguments[-1]] if len(arguments) % 2 == 0 else [])
    found = common([*(typer.of(item) for item in results), *([] if len(arguments) % 2 == 0 else [NULL])])
    return weaker(found, "the common type of DECODE is not documented")


RULES = {
    exp.Case: case,
    exp.If: iff,
    exp.Coalesce: coalesce,
    exp.Nvl2: nvl2,
    exp.Greatest: extreme,
    exp.Least: extreme,
    exp.Nullif: nullif,
    exp.DecodeCase: decode,
}
