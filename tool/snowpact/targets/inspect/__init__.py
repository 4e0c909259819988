"""inspect: a target's databases → the live Catalog, by ``execute`` alone.

A constant number of statements for each database, however many objects it holds (``probe`` has the exceptions), and one more for
the session. What the role could not see is said in the notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.targets.inspect.columns import columns, describe
from snowpact.targets.inspect.governance import grants, protected
from snowpact.targets.inspect.keys import keys
from snowpact.targets.inspect.probe import Executes, Probe, View, text, yes
from snowpact.targets.inspect.relations import relations
from snowpact.targets.inspect.routines import routines, sequences
from snowpact.targets.inspect.streams import streams
from snowpact.targets.inspect.tasks import tasks


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found, and sentences on what could not be seen. protected: the guarded objects whose policies and tags were told."""

    catalog: Catalog
    notes: tuple[str, ...] = ()
    protected: frozenset[Name] = frozenset()


def inspect(target: Executes, databases: Iterable[str], precise: Iterable[Name] = (), guarded: Iterable[Name] = ()) -> Inspection:
    """The live catalog of these databases (stored names).

    precise: objects to DESCRIBE as well, one statement each, since an account's INFORMATION_SCHEMA knows neither collations nor inner
    types; the embedded engine's does. guarded: objects whose policies and tags are asked for too, two statements each.
    Raises TargetUnreachable naming the first database that is missing or not visible to the role.
    """
    wanted, wanted_precisely, wanted_guarded = list(dict.fromkeys(databases)), list(precise), set(guarded)
    if not wanted:
        return Inspection(Catalog())
    session = target.execute("SELECT CURRENT_VERSION() AS VERSION, CURRENT_ROLE() AS ROLE").dicts()[0]
    embedded = "snowpact" in str(session["version"]).lower()
    found: list[CatalogObject] = []
    notes: list[str] = []
    told: set[Name] = set()
    for database in wanted:
        probe = Probe(target, database, text(session["role"]), embedded, notes)
        described = [name for name in wanted_precisely if name.database == database and not embedded]
        for item in _database(probe, described):
            asked = protected(probe, item) if item.name in wanted_guarded and item.kind in RELATIONS else None
            told |= {item.name} if asked is not None else set()
            found.append(asked or item)
    return Inspection(Catalog.of(found), tuple(notes), frozenset(told))


_SCHEMATA = View("SCHEMATA", "SCHEMA_NAME", ("SCHEMA_NAME", "IS_TRANSIENT", "IS_MANAGED_ACCESS", "COMMENT"))


def _database(probe: Probe, precise: list[Name]) -> list[CatalogObject]:
    database = _container(probe)
    schemas = [
        CatalogObject(
            Kind.SCHEMA,
            Name.of(probe.database, row["schema_name"]),
            comment=text(row["comment"]),
            properties=properties(transient=yes(row["is_transient"]) or None, managed_access=yes(row["is_managed_access"]) or None),
        )
        for row in probe.select(_SCHEMATA)
    ]
    probe.schemas = tuple(schema.name.name for schema in schemas)
    return [database, *schemas, *_relations(probe, precise), *routines(probe), *sequences(probe), *streams(probe), *tasks(probe)]


def _container(probe: Probe) -> CatalogObject:
    """The database itself; the first statement about it, so that one which is missing is found out here."""
    source = f"{probe.path()}.INFORMATION_SCHEMA.DATABASES"
    rows = probe.ensure_visible(f"SELECT DATABASE_NAME, IS_TRANSIENT, COMMENT FROM {source} WHERE DATABASE_NAME = ?", (probe.database,))
    row = rows[0] if rows else {"comment": None, "is_transient": None}
    return CatalogObject(
        Kind.DATABASE,
        Name.of(probe.database),
        comment=text(row["comment"]),
        properties=properties(transient=yes(row["is_transient"]) or None),
    )


def _relations(probe: Probe, precise: list[Name]) -> list[CatalogObject]:
    found = relations(probe)
    by_relation, constraints, granted = columns(probe), keys(probe), grants(probe)
    for name in precise:
        relation = name.parts[1], name.parts[2]
        if relation in found:
            by_relation[relation] = describe(probe, *relation)
    without = [probe.spelled(*relation) for relation in found if not by_relation.get(relation)]
    if without:
        probe.note(f"{probe.whose} sees no column of {', '.join(without[:5])}{' and others' if len(without) > 5 else ''}")
    return [
        replace(item, columns=by_relation.get(relation, ()), constraints=constraints.get(relation, ())).with_properties(
            grants=frozenset(granted[relation]) if relation in granted else None
        )
        for relation, item in found.items()
    ]
