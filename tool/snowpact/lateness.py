"""Whether data are as fresh as promised.

A dynamic table's content is that of its data timestamp (SHOW DYNAMIC TABLES); it is late where that is longer ago than promised and
something below it was changed since (LAST_ALTERED, which DML moves too: https://docs.snowflake.com/en/sql-reference/info-schema/tables).
A view is as late as the dynamic tables that it reads. A table is as old as its last change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from snowpact.contracts.contract import Contract
from snowpact.mapped import back, there
from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.finding import Finding
from snowpact.model.names import Name, quote
from snowpact.rules import freshness_missed
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Place, objects_read
from snowpact.targets.protocol import Target

_DERIVED = {Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE}


def late(contracts: Iterable[Contract], live: Catalog, target: Target, databases: Mapping[str, str]) -> Iterator[Finding]:
    """Findings of the contracts that promise freshness; an object that is not there is others' to tell."""
    clock = _Clock(live, target, databases)
    for contract in contracts:
        found = live.relation(contract.name)
        if contract.freshness is None or found is None:
            continue
        for item in clock.judged(found):
            age = clock.age(item, timedelta(seconds=contract.freshness.seconds))
            if age is not None:
                other = item.name if item is not found else None
                source = contract.source(("pact", "freshness"))
                told = freshness_missed.finding(contract.name, age, contract.freshness.target_lag, source, other)
                yield replace(told, contract=contract.path, version=contract.version, consumers=contract.consumers)


class _Clock:
    """What time it is on the target, and of when its data are; each asked once, when it is needed."""

    def __init__(self, live: Catalog, target: Target, databases: Mapping[str, str]):
        self.live, self.target, self.databases = live, target, databases
        self._refreshed: dict[str, dict[tuple[str, str], datetime | None]] = {}

    @cached_property
    def now(self) -> datetime:
        return _moment(self.target.execute("SELECT CURRENT_TIMESTAMP()").rows[0][0]) or datetime.now(UTC)

    def judged(self, item: CatalogObject) -> list[CatalogObject]:
        """Whose age counts: a view keeps no data, so that of the dynamic tables which it reads."""
        if item.kind is not Kind.VIEW:
            return [item]
        below = self.read_by(item) or set()
        found = [self.live.relation(name) for name in sorted(below)]
        return [one for one in found if one is not None and one.kind is Kind.DYNAMIC_TABLE]

    def age(self, item: CatalogObject, promised: timedelta) -> str | None:
        """How old its data are, in words; None where that is as promised."""
        if item.kind is not Kind.DYNAMIC_TABLE:
            changed = self.changed({item.name})
            return _told(self.now, changed) if changed is None or self.now - changed > promised else None
        of = self.refreshed(item.name)
        if of is None:
            return "were never refreshed, as far as the role may see"
        if self.now - of <= promised:
            return None
        below = self.read_by(item)
        changed = self.changed(below) if below else None
        return _told(self.now, of) if changed is None or changed > of else None

    def read_by(self, item: CatalogObject) -> set[Name] | None:
        """The tables and dynamic tables below: for a view those that it shows, for a dynamic table all that its content comes from.
        None where that can't be told."""
        found: set[Name] = set()
        seen, waiting = {item.name}, [item]
        while waiting:
            reader = waiting.pop()
            try:
                names = back(self.databases, objects_read(reader.definition or "", self._there, self._place(reader)))
            except SqlInputError:
                return None
            for name in names:
                source = self.live.relation(name)
                if source is None:
                    return None
                through = source.kind in (_DERIVED if item.kind is Kind.DYNAMIC_TABLE else {Kind.VIEW})
                if not through:
                    found.add(name)
                elif name not in seen:
                    waiting.append(source)
                seen.add(name)
        return found

    def _there(self, name: Name) -> CatalogObject | None:
        """By the target's name, as texts have it."""
        return self.live.relation(back(self.databases, name))

    def _place(self, item: CatalogObject) -> Place:
        return Place(there(self.databases, item.name.parts[0]), item.name.parts[1])

    def refreshed(self, name: Name) -> datetime | None:
        database, *rest = name.parts
        if database not in self._refreshed:
            rows = self.target.execute(f"SHOW DYNAMIC TABLES IN DATABASE {quote(there(self.databases, database))}").dicts()
            self._refreshed[database] = {(str(row["schema_name"]), str(row["name"])): _moment(row["data_timestamp"]) for row in rows}
        return self._refreshed[database].get((rest[0], rest[1]))

    def changed(self, names: Iterable[Name]) -> datetime | None:
        """When the last of them was changed; None where that of one can't be told."""
        by_database: dict[str, set[Name]] = {}
        for name in names:
            by_database.setdefault(name.parts[0], set()).add(name)
        moments: list[datetime | None] = []
        for database, wanted in sorted(by_database.items()):
            marks = ", ".join("?" for _ in wanted)
            sql = (
                f"SELECT TABLE_SCHEMA, TABLE_NAME, LAST_ALTERED FROM {quote(there(self.databases, database))}.INFORMATION_SCHEMA.TABLES"
                f" WHERE TABLE_NAME IN ({marks})"
            )
            rows = self.target.execute(sql, [name.name for name in sorted(wanted)]).rows
            found = {(schema, name): _moment(moment) for schema, name, moment in rows}
            moments += [found.get((name.parts[1], name.name)) for name in wanted]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None


def _moment(value: object) -> datetime | None:
    """A server's time; texts as ISO 8601, without a zone in UTC."""
    if value is None or value == "":
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _told(now: datetime, of: datetime | None) -> str:
    if of is None:
        return "are of a time that can't be told"
    return f"are of {of.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, {_span(now - of)} ago"


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
