"""Until ``local/translate`` lands: sqlglot's own transpilation, names resolved and encoded."""

from __future__ import annotations

from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.scope import Scope, stored


def translate_query(tree: exp.Expression, scope: Scope) -> exp.Expression:
    tree = tree.copy()
    ctes = {stored(cte.args["alias"].this) for cte in tree.find_all(exp.CTE)}
    for identifier in list(tree.find_all(exp.Identifier)):
        if not identifier.find_ancestor(exp.Table) or isinstance(identifier.parent, exp.TableAlias):
            identifier.set("this", encode(stored(identifier)))
            identifier.set("quoted", True)
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Func):
            continue
        if len(table.parts) == 1 and stored(table.this) in ctes:
            table.set("this", exp.to_identifier(encode(stored(table.this)), quoted=True))
            continue
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(encode(stored(table.this)), quoted=True))
        relation = scope.resolve(table)
        relation = relation.subquery() if isinstance(relation, exp.Query) and not isinstance(relation, exp.Subquery) else relation
        relation.set("alias", alias)
        table.replace(relation)
    return tree


class Translator:
    def __init__(self, scope):
        self.scope = scope

    def query(self, tree, parent):
        select = tree
        while isinstance(select, (exp.SetOperation, exp.Subquery)):
            select = select.this
        if isinstance(select, exp.Select):
            for item in list(select.expressions):
                if not item.is_star and not item.output_name:
                    item.replace(exp.alias_(item.copy(), item.sql(dialect="snowflake", comments=False), quoted=True))
        return translate_query(tree, self.scope), None
