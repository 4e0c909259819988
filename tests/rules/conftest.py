"""Rule cases are data: how their catalogs, promises and changes are read.

``before`` and ``after`` are one object, or a list of them; an object is ``{name, kind, columns, keys, definition, properties}``, by
default the table D.S.T. A column is its type, or ``{type, nullable, default, …}``. ``promise`` adds to the contract that promises it.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from snowpact.model.apply import CHANGE_TYPES
from snowpact.model.broken import Broken, Harm, Step
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.change import OpaqueChange
from snowpact.model.names import Name
from snowpact.model.pattern import TypePattern
from snowpact.model.source import Source
from snowpact.model.types import Certainty, parse_type
from snowpact.rules.context import Care, Guard, Promise


def column(name: str, given) -> Column:
    given = dict(given) if isinstance(given, dict) else {"type": given}
    given["type"] = parse_type(given["type"])
    if "identity" in given:
        given["identity"] = tuple(given["identity"])
    if "certainty" in given:
        given["certainty"] = Certainty(given["certainty"])
    if "accepts" in given:
        given["accepts"] = tuple(TypePattern(**pattern) for pattern in given["accepts"])
    return Column(name, **given)


def constraint(given: dict) -> Constraint:
    tuples = {key: tuple(given[key]) for key in ("columns", "referenced_columns") if key in given}
    references = {"references": Name.parse(given["references"])} if "references" in given else {}
    return Constraint(**{**given, **tuples, **references})


def item(given: dict) -> CatalogObject:
    return CatalogObject(
        kind=Kind(given.get("kind", "TABLE")),
        name=Name.parse(given.get("name", "D.S.T")),
        columns=tuple(column(name, value) for name, value in given.get("columns", {}).items()),
        constraints=tuple(constraint(key) for key in given.get("keys", ())),
        definition=given.get("definition"),
        properties=properties(**given.get("properties", {})),
    )


def catalog(given) -> Catalog:
    given = [] if given is None else given if isinstance(given, list) else [given]
    return Catalog.of(item(one) for one in given)


def promise(given: dict, mode: str) -> Promise:
    given = dict(given)
    given["name"] = Name.parse(given.get("name", "D.S.T"))
    given["kind"] = Kind(given["kind"]) if "kind" in given else None
    given["verified"] = tuple(frozenset(columns) for columns in given.get("verified", ()))
    given["aliases"] = {new: tuple(old) for new, old in given.get("aliases", {}).items()}
    if "places" in given:
        given["places"] = {place: Source("contracts/t.avsc", 1, 1) for place in (None, *given["places"])}
    given["care"] = {None if column == "object" else column: care(one) for column, one in given.get("care", {}).items()}
    return Promise(**{"contract": "contracts/t.avsc", "version": "1.0.0", "mode": mode, "owner": "Data", **given})


def care(given: dict) -> Care:
    allowed = frozenset(map(tuple, given["allowed"])) if "allowed" in given else None
    grants, others = frozenset(map(tuple, given.get("grants", ()))), frozenset(given.get("others", ()))
    return Care(given.get("masked", False), given.get("tags", {}), grants, allowed, others)


def guard(given: dict) -> Guard:
    """``{column, before, after}``: how D.S.T, or that column of it, was to be looked after, and how it is."""
    return Guard(Name.parse("D.S.T"), given.get("column"), care(given.get("before", {})), care(given.get("after", {})))


KINDS = {kind.__name__: kind for kind in CHANGE_TYPES}
READ = {
    "before": item,
    "after": item,
    "to": Name.parse,
    "constraint": constraint,
    "source": lambda place: Source(*place),
}


def change(given: dict, before: Catalog):
    """``{RenameColumn: {column: A, to: B}}``; of objects, before and after are objects, and ``to`` is a name."""
    (kind, values), named = next(iter(given.items())), next(iter(before), None)
    values = dict(values)
    read = dict(READ) if "Object" in kind else {"source": READ["source"], "constraint": constraint}
    values = {key: read[key](value) if key in read else value for key, value in values.items()}
    if kind in ("AddColumn", "DropColumn"):
        values["column"] = column(*next(iter(values["column"].items())))
    return KINDS[kind](**{"kind": named.kind, "object": named.name, **values})


def broken(given: dict) -> Broken:
    """``{kind, object, why, path: [[object, column], …], source}``: by whatever statement stands there."""
    path = tuple(Step(Name.parse(object), column) for object, column in given["path"])
    by = OpaqueChange(kind=Kind.TABLE, object=path[0].object, source=Source(*given["source"]), statement="")
    harm = Harm(given.get("harm", "broken"))
    return Broken(kind=Kind(given["kind"]), object=Name.parse(given["object"]), harm=harm, by=by, why=given["why"], path=path)


@pytest.fixture(scope="session")
def read():
    return SimpleNamespace(catalog=catalog, promise=promise, change=change, item=item, column=column, broken=broken, guard=guard)
