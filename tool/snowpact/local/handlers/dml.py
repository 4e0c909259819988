"""UPDATE, DELETE, MERGE."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from snowpact.local import dml, merge, merge_by_name
from snowpact.local.errors import DUPLICATE_ROW, syntax_error, translated
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, counts
from snowpact.local.session import Session
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified


@handles("UPDATE")
def update(session: Session, statement: Classified) -> EngineResult:
    done, multi_joined = dml.update(session, _tree(session, statement, exp.Update))
    return counts(updated=done, multi_joined=multi_joined)


@handles("DELETE")
def delete(session: Session, statement: Classified) -> EngineResult:
    return counts(deleted=dml.delete(session, _tree(session, statement, exp.Delete)))


@handles("MERGE")
def merge_into(session: Session, statement: Classified) -> EngineResult:
    try:
        done = merge.merge(session, _tree(session, statement, exp.Merge, merge_by_name.spelled_out(statement)))
    except duckdb.Error as error:
        if not session.parameters["ERROR_ON_NONDETERMINISTIC_MERGE"] and translated(error).errno == DUPLICATE_ROW:
            raise UnsupportedFeature("a nondeterministic MERGE (ERROR_ON_NONDETERMINISTIC_MERGE = FALSE)") from error
        raise
    words = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}
    return counts(**{words[verb]: number for verb, number in done.items()})


def _tree(session: Session, statement: Classified, kind: type[exp.Expression], text: str | None = None):
    tree = session.parse(text or statement.text)
    if not isinstance(tree, kind):
        raise UnsupportedFeature(f"this form of {statement.verb}")
    if not isinstance(tree.this, exp.Table) or tree.args.get("tables"):  # sqlglot takes DELETE a FROM b, which is MySQL's
        raise syntax_error(statement.tokens[1].text if len(statement.tokens) > 1 else "<EOF>")
    return tree
