"""Where prediction starts on a target: its live catalog, and what only the ledgers' scripts tell of it.

What is live counts. An inspection does not read all that later statements build on (masking policies and tags, a routine's packages,
a role's grants): that is taken from the scripts that the ledgers call applied, of objects that still stand. Names are the target's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from snowpact.governed import shown_below
from snowpact.mapped import there
from snowpact.migrations.ledger import COLUMNS as LEDGER_COLUMNS
from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Column, Kind, properties
from snowpact.model.names import Name
from snowpact.predict import predict
from snowpact.prepare import PreparedScript
from snowpact.replay.state import Seen, nothing_seen
from snowpact.standing import Say, Standing, applied_scripts, given, home, visible_databases
from snowpact.targets.inspect import Inspection, attachments, inspect
from snowpact.targets.inspect.visible import PROPERTIES, PROTECTION


@dataclass(frozen=True, slots=True)
class Outset:
    """seen: what inspection found. catalog: that and what the ledgers tell. sight: whether it would hold an object, were there one."""

    seen: Inspection
    catalog: Catalog
    sight: Seen


def outset(found: Standing, todo: Sequence[PreparedScript], say: Say) -> Outset:
    """Inspects the databases of the contracts, of the scripts that were applied, and those that the pending ones name."""
    told = predict(applied_scripts(found), (), given(found), home(found)).after
    visible = visible_databases(found.target)
    databases = _databases(found, told, todo, visible)
    seen = inspect(found.target, databases, kinds=frozenset(item.kind for item in told))
    seen = attachments(found.target, seen, shown_below(map(found.there, found.looked_after()), seen.catalog.relation))
    for note in seen.notes:
        say(note)
    standing = [_merged(item, told.get(item.kind, item.name), item.name in seen.protected) for item in seen.catalog]
    further = [item for item in told if item.key not in seen.catalog and not _gone(item, databases)]
    return Outset(seen, Catalog.of([*_ledgers(found, todo), *further, *standing]), _sight(databases, visible, todo))


_SURE = RELATIONS | {Kind.DATABASE, Kind.SCHEMA, Kind.SEQUENCE, Kind.STREAM, Kind.TASK}
"""Kinds that an inspection finds whole, by the names that statements call them."""
_OTHER_EYES = re.compile(r"\bUSE\s+(SECONDARY\s+)?ROLE", re.IGNORECASE)


def _sight(databases: Sequence[str], visible: Collection[str], todo: Sequence[PreparedScript]) -> Seen:
    """Nothing is sure to be missing for scripts that change their role: it may see more than the one that looked."""
    if any(_OTHER_EYES.search(statement.text) for script in todo for statement in script.statements):
        return nothing_seen
    unseen = {*visible, "SNOWFLAKE"} - set(databases)

    def seen(kind: Kind, name: Name) -> bool:
        return kind in _SURE and name.parts[0] not in unseen and name.parts[1:2] != ("INFORMATION_SCHEMA",)

    return seen


def _databases(found: Standing, told: Catalog, todo: Sequence[PreparedScript], visible: Collection[str]) -> list[str]:
    known = {there(found.config.databases, contract.name.parts[0]) for contract in found.prepared.contracts}
    known |= {item.name.parts[0] for item in told if item.kind is Kind.DATABASE or len(item.name.parts) > 1}
    texts = [statement.text for script in todo for statement in script.statements]
    return sorted(name for name in set(visible) - {"SNOWFLAKE"} if name in known or name == home(found).database or _named(name, texts))


def _named(database: str, texts: Iterable[str]) -> bool:
    """Anywhere, string constants too: one inspection too many does no harm."""
    spelt = re.compile(rf"(?<![\w$]){re.escape(database)}(?![\w$])", re.IGNORECASE)
    return any(spelt.search(text) for text in texts)


def _gone(item: CatalogObject, databases: Sequence[str]) -> bool:
    """An inspection would have found it, or its database."""
    return item.kind in PROPERTIES or (len(item.name.parts) > 1 and item.name.parts[0] not in databases)


def _merged(live: CatalogObject, told: CatalogObject | None, protected: bool) -> CatalogObject:
    """What is live, and of the ledgers' object of the same kind what an inspection does not read: policies and tags, but where it was
    told (protected). That there are no grants is no property to replay."""
    if told is None or told.kind is not live.kind:
        return live.with_properties(grants=live.property("grants") or None)
    read = (*PROPERTIES.get(live.kind, ()), *(PROTECTION if protected else ()))
    kept = {key: value for key, value in told.properties if key not in read}
    merged = {**kept, **dict(live.properties)}
    merged["grants"] = merged.get("grants") or None
    columns = live.columns if protected else tuple(_guarded(column, told.column(column.name)) for column in live.columns)
    definition = live.definition if live.definition is not None else told.definition
    return replace(live, columns=columns, definition=definition, properties=properties(**merged))


def _guarded(live: Column, told: Column | None) -> Column:
    if told is None:
        return live
    return replace(live, masking_policy=live.masking_policy or told.masking_policy, tags=live.tags or told.tags)


def _ledgers(found: Standing, todo: Sequence[PreparedScript]) -> Iterator[CatalogObject]:
    """As apply makes them before the first script: what a script does to its own ledger is seen on a first run too."""
    running = {script.script.pipeline for script in todo}
    for item in found.prepared.chosen:
        if item.name in running:
            yield CatalogObject(Kind.DATABASE, Name.of(item.ledger.parts[0]))
            yield CatalogObject(Kind.SCHEMA, Name(item.ledger.parts[:2]))
            yield CatalogObject(Kind.TABLE, item.ledger, columns=LEDGER_COLUMNS)
