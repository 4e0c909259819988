"""inspect: a target's databases → the live Catalog, by ``execute`` alone.

A constant number of statements for each database, however many objects it holds (``probe`` has the exceptions), and one more for
the session. What the role could not see is said in the notes. ``attachments`` adds what is attached to chosen relations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from snowpact.model.catalog import Catalog, CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.targets.inspect.attached import measured, protected
from snowpact.targets.inspect.columns import columns, describe
from snowpact.targets.inspect.grants import grants
from snowpact.targets.inspect.keys import keys
from snowpact.targets.inspect.listed import ASKED_FOR, listed, shares
from snowpact.targets.inspect.probe import Executes, Probe, View, text, yes
from snowpact.targets.inspect.relations import relations
from snowpact.targets.inspect.routines import routines, sequences
from snowpact.targets.inspect.streams import streams
from snowpact.targets.inspect.tasks import tasks


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found, and sentences on what could not be seen. protected: the relations whose policies and tags were told; measured: those
    whose metrics were."""

    catalog: Catalog
    notes: tuple[str, ...] = ()
    protected: frozenset[Name] = frozenset()
    measured: frozenset[Name] = frozenset()
    role: str | None = None


def inspect(target: Executes, databases: Iterable[str], precise: Iterable[Name] = (), kinds: Collection[Kind] = ()) -> Inspection:
    """The live catalog of these databases (stored names).

    precise: objects to DESCRIBE as well, one statement each, since an account's INFORMATION_SCHEMA knows neither collations nor inner
    types; the embedded engine's does. kinds: those among ``listed.ASKED_FOR`` to look for too, one statement each and database.
    Raises TargetUnreachable naming the first database that is missing or not visible to the role.
    """
    wanted, wanted_precisely = list(dict.fromkeys(databases)), list(precise)
    if not wanted:
        return Inspection(Catalog())
    session = target.execute("SELECT CURRENT_VERSION() AS VERSION, CURRENT_ROLE() AS ROLE").dicts()[0]
    embedded = "snowpact" in str(session["version"]).lower()
    found: list[CatalogObject] = []
    notes: list[str] = []
    for database in wanted:
        probe = Probe(target, database, text(session["role"]), embedded, notes)
        described = [name for name in wanted_precisely if name.database == database and not embedded]
        found += [*_database(probe, described), *listed(probe, kinds)]
    found += shares(probe) if Kind.SHARE in kinds else []
    return Inspection(Catalog.of(found), tuple(notes), role=text(session["role"]))


def attachments(target: Executes, found: Inspection, guarded: Iterable[Name], metered: Iterable[Name] = ()) -> Inspection:
    """The same inspection with the policies and tags of the guarded relations, and the metrics of the metered: at most two statements and
    one for each database that holds some (``attached`` has the exceptions)."""
    notes: list[str] = []
    catalog, told = found.catalog, []
    for names, ask in ((guarded, protected), (metered, measured)):
        answered = _asked(target, Inspection(catalog, role=found.role), names, ask, notes)
        catalog = Catalog({**catalog.objects, **{item.key: item for item in answered}})
        told.append(frozenset(item.name for item in answered))
    return Inspection(catalog, (*found.notes, *notes), *told, found.role)


def inspect_whole(target: Executes, databases: Iterable[str]) -> Inspection:
    """Every kind that an inspection can read, and what is attached to every relation."""
    found = inspect(target, databases, kinds=ASKED_FOR)
    names = [item.name for item in found.catalog.relations()]
    return attachments(target, found, names, names)


Ask = Callable[[Probe, Iterable[CatalogObject]], list[CatalogObject]]


def _asked(target: Executes, found: Inspection, names: Iterable[Name], ask: Ask, notes: list[str]) -> list[CatalogObject]:
    """The relations of these names with what ``ask`` is told of them, database by database."""
    by_database: dict[str, list[CatalogObject]] = {}
    for name in sorted(set(names)):
        item = found.catalog.relation(name)
        if item is not None:
            by_database.setdefault(name.parts[0], []).append(item)
    return [item for database, items in by_database.items() for item in ask(Probe(target, database, found.role, notes=notes), items)]


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
