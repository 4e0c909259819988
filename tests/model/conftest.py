"""Strategies that generate whatever the model can say: names, types, catalogs, and every Change that fits a catalog."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

from snowpact.model import change as changes
from snowpact.model.apply import CHANGE_TYPES, CatalogConflict, apply
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.names import Name
from snowpact.model.types import (
    ARRAY,
    BOOLEAN,
    DATE,
    FLOAT,
    OBJECT,
    VARIANT,
    Certainty,
    Field,
    SnowflakeType,
    binary,
    number,
    timestamp,
    varchar,
)

parts = st.one_of(st.sampled_from(["A", "B", "C", "a", "Ä", 'q"q', "x.y", "two words"]), st.text(min_size=1, max_size=4))
few_parts = st.sampled_from(["A", "B", "C", "a", 'q"q'])
names = st.tuples(few_parts, few_parts, few_parts).map(lambda value: Name(value))
texts = st.none() | st.sampled_from(["", "1", "'x'", "select 1", "select\n 2", "seq.nextval"])

scalars = st.one_of(
    st.integers(1, 38).flatmap(lambda p: st.integers(0, min(p, 37)).map(lambda s: number(p, s))),
    st.sampled_from([FLOAT, BOOLEAN, DATE, VARIANT, OBJECT, ARRAY]),
    st.sampled_from([SnowflakeType(base) for base in ("DECFLOAT", "GEOGRAPHY", "GEOMETRY", "UUID", "FILE")]),
    (st.none() | st.integers(1, 134_217_728)).map(varchar),
    (st.none() | st.integers(1, 67_108_864)).map(binary),
    st.builds(timestamp, st.sampled_from(["NTZ", "LTZ", "TZ"]), st.integers(0, 9)),
    st.integers(0, 9).map(lambda digits: SnowflakeType("TIME", precision=digits)),
    st.builds(lambda n, e: SnowflakeType("VECTOR", length=n, element=e), st.integers(1, 4096), st.sampled_from([FLOAT, number()])),
    st.sampled_from([SnowflakeType("INTERVAL YEAR"), SnowflakeType("INTERVAL DAY TO SECOND(3)")]),
)


def _nested(inner):
    fields = st.lists(st.builds(Field, parts, inner, st.booleans()), min_size=1, max_size=3, unique_by=lambda field: field.name).map(tuple)
    return st.one_of(
        fields.map(lambda value: replace(OBJECT, fields=value)),
        st.builds(lambda e, n: replace(ARRAY, element=e, element_nullable=n), inner, st.booleans()),
        st.builds(lambda e, n: SnowflakeType("MAP", key=varchar(), element=e, element_nullable=n), inner, st.booleans()),
    )


types = st.recursive(scalars, _nested, max_leaves=4)
certainties = st.sampled_from(Certainty)


@st.composite
def columns(draw, name=few_parts):
    return Column(
        name=draw(name),
        type=draw(types),
        nullable=draw(st.booleans()),
        default=draw(texts),
        comment=draw(texts),
        collation=draw(st.none() | st.just("en-ci")),
        identity=draw(st.none() | st.tuples(st.integers(0, 9), st.integers(1, 9))),
        expression=draw(texts),
        masking_policy=draw(st.none() | names),
        tags=tuple(draw(st.lists(st.tuples(names, few_parts), max_size=2, unique_by=lambda tag: tag[0]))),
        certainty=draw(certainties),
        reason=draw(texts),
    )


@st.composite
def constraints(draw, column_names):
    subset = st.lists(st.sampled_from(column_names), min_size=1, max_size=2, unique=True).map(tuple) if column_names else st.just(())
    return Constraint(
        kind=draw(st.sampled_from(["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"])),
        columns=draw(subset),
        references=draw(st.none() | names),
        expression=draw(texts),
        name=draw(st.none() | few_parts),
    )


@st.composite
def objects(draw, name=names, kind=None):
    own = tuple(draw(st.lists(columns(), max_size=4, unique_by=lambda column: column.name)))
    values = {key: draw(st.none() | st.sampled_from(["x", "5 minutes", True, 7])) for key in ("target_lag", "transient", "warehouse")}
    return CatalogObject(
        kind=kind or draw(st.sampled_from([Kind.TABLE, Kind.VIEW, Kind.DYNAMIC_TABLE, Kind.TASK, Kind.FUNCTION])),
        name=draw(name),
        columns=own,
        constraints=tuple(draw(st.lists(constraints([column.name for column in own]), max_size=3))),
        definition=draw(texts),
        comment=draw(texts),
        properties=properties(**values),
    )


catalogs = st.lists(objects(), max_size=4).map(Catalog.of)


@st.composite
def descendants(draw, catalog):
    """A catalog that has something in common with another: some objects of it, some of them changed, and others."""
    kept = [item for item in catalog if draw(st.booleans())]
    mixed = []
    for item in kept:
        other = draw(objects(name=st.just(item.name), kind=draw(st.sampled_from([item.kind, item.kind, Kind.VIEW]))))
        shuffled = tuple(draw(st.permutations([*item.columns, *(c for c in other.columns if item.column(c.name) is None)])))
        mixed.append(draw(st.sampled_from([item, other, replace(item, columns=shuffled), replace(other, constraints=item.constraints)])))
    return Catalog.of([*mixed, *draw(catalogs)])


def _column_change(draw, catalog, item, kind):
    column = draw(st.sampled_from(item.columns))
    named = {"kind": item.kind, "object": item.name}
    at = item.position(column.name)
    if kind is changes.DropColumn:
        return kind(**named, column=column, position=at)
    if kind is changes.RenameColumn:
        mentioned = {name for key in item.constraints for name in key.columns}
        free = [name for name in ("X", "y", 'z"z') if item.column(name) is None and name not in mentioned]
        return kind(**named, column=column.name, to=draw(st.sampled_from(free)))
    if kind is changes.MoveColumn:
        return kind(**named, column=column.name, before=at, after=draw(st.integers(0, len(item.columns) - 1)))
    if kind is changes.ChangeType:
        was = changes.TypeState(column.type, column.certainty, column.reason)
        return kind(**named, column=column.name, before=was, after=draw(st.builds(changes.TypeState, types, certainties, texts)))
    if kind is changes.ChangeNullability:
        return kind(**named, column=column.name, before=column.nullable, after=draw(st.booleans()))
    if kind is changes.ChangeDefault:
        return kind(**named, column=column.name, before=column.default, after=draw(texts))
    prop = draw(st.sampled_from(changes.COLUMN_PROPERTIES))
    return kind(**named, column=column.name, property=prop, before=getattr(column, prop), after=getattr(draw(columns()), prop))


def _object_change(draw, catalog, item, kind):
    named = {"kind": item.kind, "object": item.name}
    if kind is changes.DropObject:
        return kind(**named, before=item)
    if kind is changes.ReplaceObject:
        other = Kind.VIEW if item.kind.domain == "TABLE" else item.kind
        return kind(**named, before=item, after=draw(objects(name=st.just(item.name), kind=draw(st.sampled_from([item.kind, other])))))
    if kind is changes.RenameObject:
        return kind(**named, to=Name.of("Z", "Z", draw(few_parts)))
    if kind is changes.AddColumn:
        return kind(**named, column=draw(columns(st.sampled_from(["N1", "N2"]))), position=draw(st.integers(0, len(item.columns))))
    if kind is changes.AddConstraint:
        return kind(**named, constraint=draw(constraints([column.name for column in item.columns])))
    if kind is changes.DropConstraint:
        return kind(**named, constraint=draw(st.sampled_from(item.constraints)))
    if kind is changes.ChangeDefinition:
        return kind(**named, before=item.definition, after=draw(texts))
    if kind is changes.ChangeComment:
        return kind(**named, before=item.comment, after=draw(texts))
    prop = draw(st.sampled_from(["target_lag", "secure"]))
    return kind(**named, property=prop, before=item.property(prop), after=draw(st.none() | st.just("y")))


ON_COLUMNS = (
    changes.DropColumn,
    changes.RenameColumn,
    changes.MoveColumn,
    changes.ChangeType,
    changes.ChangeNullability,
    changes.ChangeDefault,
    changes.ChangeColumnProperty,
)


@st.composite
def change_of(draw, catalog, kind):
    """A change of this kind that fits the catalog; None where no object of it can suffer one."""
    if kind is changes.CreateObject:
        item = draw(objects(name=names.filter(lambda name: all(other.name != name for other in catalog))))
        return kind(kind=item.kind, object=item.name, after=item)
    if kind is changes.OpaqueChange:
        touches = tuple(draw(st.lists(names, max_size=2)))
        return kind(kind=Kind.PROCEDURE, object=draw(names), statement="CALL p()", touches=touches)
    if kind in ON_COLUMNS:
        fitting = [item for item in catalog if item.columns]
    else:
        fitting = [item for item in catalog if item.constraints or kind is not changes.DropConstraint]
    if not fitting:
        return None
    item = draw(st.sampled_from(fitting))
    make = _column_change if kind in ON_COLUMNS else _object_change
    return make(draw, catalog, item, kind)


@st.composite
def journals(draw, catalog, most=6, without=()):
    """Changes that fit one after the other."""
    journal, state = [], catalog
    kinds = [kind for kind in CHANGE_TYPES if kind not in without]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=most)):
        change = draw(change_of(state, kind))
        if change is None:
            continue
        try:
            state = apply(state, [change])
        except CatalogConflict:
            continue
        journal.append(change)
    return tuple(journal)


@pytest.fixture(scope="session")
def make():
    """The strategies, by name."""
    return SimpleNamespace(
        parts=parts,
        names=names,
        types=types,
        columns=columns,
        objects=objects,
        catalogs=catalogs,
        descendants=descendants,
        change_of=change_of,
        journals=journals,
    )
