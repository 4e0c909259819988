"""Where a target stands: what its ledgers say ran, what is pending, and its live catalog."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from snowpact.connect import beside, scratch
from snowpact.governed import shown_below
from snowpact.mapped import back, there
from snowpact.migrations.ledger import Ledger
from snowpact.migrations.plan import Entry, Plan, State, pending
from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name, quote
from snowpact.predict import predict
from snowpact.prepare import Prepared, PreparedPipeline, PreparedScript
from snowpact.project import TargetConfig
from snowpact.promised import promises
from snowpact.rehearse import Rehearsal, Scratch, rehearse
from snowpact.rules.context import Promise
from snowpact.sql.classify import classify
from snowpact.targets.inspect import Inspection, attachments, inspect
from snowpact.targets.inspect.visible import INSPECTED
from snowpact.targets.protocol import Context, Target

COMPARED = INSPECTED
"""The kinds that both a rehearsal and an inspection see."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an inspection costs further statements for. kinds: those that are looked for on demand; guarded: the objects whose policies
    and tags are asked for, with those of whatever a view among them shows; metered: those whose metrics are."""

    kinds: frozenset[Kind] = frozenset()
    guarded: frozenset[Name] = frozenset()
    metered: frozenset[Name] = frozenset()


NOTHING_MORE = Wanted()


def attached(promises: Iterable[Promise], predicted: Catalog) -> Wanted:
    """What is to be asked for: of what was predicted, and of what is promised to be looked after."""
    relations = predicted.relations()
    return Wanted(
        frozenset(item.kind for item in predicted),
        frozenset(item.name for item in relations if _is_protected(item)) | {promise.name for promise in promises if promise.care},
        frozenset(item.name for item in relations if item.property("data_metric_functions")),
    )


def _is_protected(item: CatalogObject) -> bool:
    columns = any(column.masking_policy is not None or column.tags for column in item.columns)
    return columns or item.property("row_access_policy") is not None or item.property("tags") is not None


@dataclass(frozen=True)
class Standing:
    """A target with the plan of each pipeline."""

    prepared: Prepared
    config: TargetConfig
    target: Target
    plans: dict[str, Plan]

    def scripts(self, *states: State, selected: bool = True) -> list[PreparedScript]:
        """Scripts in these states, in running order; of the selected pipelines, or of all."""
        pipelines = self.prepared.chosen if selected else self.prepared.pipelines
        return [script for item in pipelines for script in item.of(entry.script for entry in self.plans[item.name].of(*states))]

    @property
    def todo(self) -> list[PreparedScript]:
        """What apply would run, of the selected pipelines."""
        return [script for item in self.prepared.chosen for script in item.of(entry.script for entry in self.plans[item.name].to_run)]

    def entries(self, *states: State) -> list[Entry]:
        """Entries of the selected pipelines in these states."""
        return [entry for item in self.prepared.chosen for entry in self.plans[item.name].of(*states)]

    def live(self, databases: Iterable[str], required: Collection[str] = (), say: Say = lambda note: None) -> Catalog:
        """The live catalog of those of the contracts' databases, in the contracts' names; ``say`` is told what the role could not see.

        A database that is not there holds nothing, unless it is among those required (TargetUnreachable).
        """
        return self.inspected(databases, required, say).catalog

    def inspected(
        self,
        databases: Iterable[str],
        required: Collection[str] = (),
        say: Say = lambda note: None,
        wanted: Wanted = NOTHING_MORE,
    ) -> Inspection:
        """The same, with more of what is wanted: see ``Wanted``."""
        places = {there(self.config.databases, database) for database in databases}
        known = {there(self.config.databases, database) for database in required}
        if places - known:
            places &= known | visible_databases(self.target)
        found = inspect(self.target, sorted(places), self._to_describe(), wanted.kinds)
        guarded = shown_below(map(self.there, wanted.guarded), found.catalog.relation)
        found = attachments(self.target, found, guarded, map(self.there, wanted.metered))
        for note in found.notes:
            say(note)
        return mapped(self.config.databases, found)

    def looked_after(self) -> frozenset[Name]:
        """The objects that contracts promise to be masked, tagged or granted."""
        return frozenset(promise.name for promise in promises(self.prepared.contracts, evolving=False) if promise.care)

    def there(self, name: Name) -> Name:
        """A contract's object as the target calls it."""
        return Name((there(self.config.databases, name.parts[0]), *name.parts[1:]))

    def _to_describe(self) -> list[Name]:
        """The contracted objects, as the target calls them, that promise more than INFORMATION_SCHEMA tells: collations, inner types."""
        promised = [
            contract.name
            for contract in self.prepared.contracts
            if any(field.column.collation or field.column.type.base in {"OBJECT", "ARRAY", "MAP"} for field in contract.fields)
        ]
        return [self.there(name) for name in promised]


def mapped(databases: Mapping[str, str], found: Inspection) -> Inspection:
    """An inspection in the contracts' names; its notes stay as they are."""
    return replace(found, **{key: back(databases, getattr(found, key)) for key in ("catalog", "protected", "measured")})


def ledger_of(pipeline: PreparedPipeline, target: Target) -> Ledger:
    return Ledger(target, pipeline.ledger, create_database=pipeline.own, redact=pipeline.redact)


def ledgers(found: Standing) -> set[Name]:
    """The ledgers and their journals, with the schemas and databases that hold them."""
    there = [ledger_of(item, found.target) for item in found.prepared.pipelines]
    return {name for ledger in there for name in (ledger.table, ledger.journal, *(Name(ledger.table.parts[:size]) for size in (1, 2)))}


def standing(prepared: Prepared, config: TargetConfig, target: Target) -> Standing:
    """Read every pipeline's ledger: one request each."""
    plans = {
        item.name: pending((script.rendered for script in item.scripts), ledger_of(item, target).read(), item.out_of_order)
        for item in prepared.pipelines
    }
    return Standing(prepared, config, target, plans)


def visible_databases(target: Target) -> set[str]:
    return {str(row["name"]) for row in target.execute("SHOW DATABASES").dicts()}


def reproduced(found: Standing, say: Say) -> tuple[Scratch, Rehearsal]:
    """A throw-away engine on which everything was run that the ledgers say was applied, and what that made."""
    engine = scratch()
    with beside(engine) as session:
        for database in sorted(_given(found)):
            session.execute(f"CREATE DATABASE {quote(database)}")
    ran = applied_scripts(found)
    if ran:
        say(f"replaying {len(ran)} applied scripts on a throw-away engine")
    return engine, rehearse(engine, ran, home=home(found))


def remade(found: Standing, say: Say) -> Rehearsal:
    """What the scripts make that the ledgers say were applied: predicted from their text, and run on a throw-away engine where the text
    does not tell it or where prediction would refuse what did run."""
    predicted = predict(applied_scripts(found), (), given(found), home(found))
    if not predicted.refusals and not predicted.opaque:
        return Rehearsal(predicted.before, predicted.after, predicted.changes)
    engine, rehearsal = reproduced(found, say)
    engine.close()
    return rehearsal


def applied_scripts(found: Standing) -> list[PreparedScript]:
    """Those that the ledgers say ran, of all pipelines, in running order; repeatable ones in their present form."""
    ran = {id(script) for script in (*found.scripts(State.APPLIED, State.EDITED, selected=False), *_changed_repeatables(found))}
    return [script for item in found.prepared.pipelines for script in item.scripts if id(script) in ran]


def given(found: Standing) -> Catalog:
    """What stands on the target before any script: the databases that none of them makes."""
    return Catalog.of(item for database in _given(found) for item in _empty(database))


def _empty(database: str) -> Iterator[CatalogObject]:
    """A database as CREATE DATABASE leaves it."""
    yield CatalogObject(Kind.DATABASE, Name.of(database))
    yield CatalogObject(Kind.SCHEMA, Name.of(database, "PUBLIC"))


def home(found: Standing) -> Context:
    """Where the target's session starts, and so each script."""
    context = found.target.context()
    return Context(database=context.database, schema=context.schema)


def _given(found: Standing) -> set[str]:
    """Databases of the target that no script makes, and scripts may stand on: the session's, the ledgers', the contracts'."""
    named = {home(found).database, *(item.ledger.parts[0] for item in found.prepared.pipelines if not item.own)}
    named |= {there(found.config.databases, contract.name.parts[0]) for contract in found.prepared.contracts}
    made = {
        Name.parse(statement.name).name
        for item in found.prepared.pipelines
        for script in item.scripts
        for statement in map(classify, (each.text for each in script.statements))
        if statement.verb == "CREATE" and statement.kind is Kind.DATABASE and statement.name
    }
    return named & visible_databases(found.target) - made


def _changed_repeatables(found: Standing) -> list[PreparedScript]:
    """Repeatable scripts that were applied in another form, which is gone; the present one stands in for it."""
    return [
        script
        for item in found.prepared.pipelines
        for script in item.of(entry.script for entry in found.plans[item.name].of(State.PENDING) if entry.row is not None)
    ]


def changed_repeatables(found: Standing) -> frozenset[str]:
    """The files of repeatable scripts whose applied form is gone: what they make can't be held against the live schema."""
    return frozenset(script.script.path for script in _changed_repeatables(found))


def starting(found: Standing, say: Say) -> Scratch:
    """A throw-away engine in the target's state: a copy of an embedded one, else one on which the ledger's scripts were run."""
    fork = getattr(found.target, "scratch", None)
    if fork is not None:
        return fork()
    engine, rehearsal = reproduced(found, say)
    if rehearsal.refusals:
        refusal = rehearsal.refusals[0]
        engine.close()
        raise StatementError(
            f"{refusal.source}: an applied script does not run on the embedded engine, so nothing can be rehearsed: {refusal.message}"
        )
    return engine


def compared(catalog: Catalog) -> Catalog:
    """Without what only one side can see, and without what every database has from birth."""
    return Catalog.of(_visible(item) for item in catalog if item.kind in COMPARED and not _born(item.kind, item.name.name))


def _visible(item: CatalogObject) -> CatalogObject:
    """Of a routine inspection tells the name, with its argument types, and the body; how the rest is spelt differs."""
    if item.kind in (Kind.PROCEDURE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION):
        return CatalogObject(item.kind, item.name, definition=item.definition)
    return item


def _born(kind: Kind, name: str) -> bool:
    return kind is Kind.SCHEMA and name in ("PUBLIC", "INFORMATION_SCHEMA")
