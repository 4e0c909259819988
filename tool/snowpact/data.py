"""`contracts check --data`: whether the rows on a target keep what contracts promise of rows.

For each contract one statement counts the rows that break its quality rules, and one samples the values whose inside is declared.
What can't be asked is a finding, never a pass. Rows are judged as they are, whatever is pending.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from snowpact.contracts import measures
from snowpact.contracts.contract import Contract, ContractField
from snowpact.contracts.measures import Rows
from snowpact.contracts.quality import QualityRule, RowCount, columns_of
from snowpact.contracts.sample import Misfit, misfit
from snowpact.contracts.shapes import schema
from snowpact.lateness import late
from snowpact.mapped import there
from snowpact.model.catalog import Catalog, CatalogObject
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.finding import Finding
from snowpact.model.names import Name, quote
from snowpact.model.shape import Schema, Shape
from snowpact.rules import quality_failed, sample_invalid
from snowpact.targets.protocol import Target

MOST_SAMPLED = 1000
"""Values of one contract that are looked into."""
SEMISTRUCTURED = {"VARIANT", "OBJECT", "ARRAY", "MAP"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, and how much was looked at: rules, contracts and values."""

    findings: tuple[Finding, ...]
    summary: dict[str, int]


def examine(contracts: Iterable[Contract], live: Catalog, target: Target, databases: Mapping[str, str]) -> Looked:
    """live: what the target has, in the contracts' names; databases: where their databases live there.

    Raises TargetUnreachable.
    """
    findings: list[Finding] = []
    counted = {"contracts": 0, "rules": 0, "values": 0}
    contracts = list(contracts)
    for contract in contracts:
        found = live.relation(contract.name)
        examiner = _Examiner(contract, found, target, databases)
        findings += [replace(one, contract=contract.path, version=contract.version, consumers=contract.consumers) for one in examiner.all()]
        counted["contracts"] += found is not None
        counted["rules"] += examiner.evaluated
        counted["values"] += examiner.sampled
    return Looked((*findings, *late(contracts, live, target, databases)), counted)


class _Examiner:
    """One contract and its object."""

    def __init__(self, contract: Contract, found: CatalogObject | None, target: Target, databases: Mapping[str, str]):
        self.contract, self.found, self.target, self.databases = contract, found, target, databases
        self.columns = {column.name for column in found.columns} if found else set()
        self.evaluated = self.sampled = 0
        types = {field.column.name: field.column.type for field in contract.fields}
        self.rows = Rows(self.there(contract.name), types, self.there)

    def there(self, name: Name) -> Name:
        return Name((there(self.databases, name.parts[0]), *name.parts[1:]))

    def all(self) -> Iterator[Finding]:
        rules = self.contract.checks()
        fields = [field for field in self.contract.fields if field.column.type.base in SEMISTRUCTURED]
        yield from self.missing(rules, fields)
        if self.found is None:
            return
        yield from self.quality([rule for rule in rules if self.columns.issuperset(columns_of(rule))])
        yield from self.samples([field for field in fields if field.column.name in self.columns])

    def missing(self, rules: Sequence[QualityRule], fields: Sequence[ContractField]) -> Iterator[Finding]:
        named = dict.fromkeys([column for rule in rules for column in columns_of(rule)] + [field.column.name for field in fields])
        gone = [column for column in named if column not in self.columns]
        if self.found is None and (rules or fields):
            yield quality_failed.not_there(self.contract.name, "it does not exist", self.contract.source())
        elif gone:
            what = f"{'column' if len(gone) == 1 else 'columns'} {', '.join(gone)} {'does' if len(gone) == 1 else 'do'} not exist"
            yield quality_failed.not_there(self.contract.name, what, self.contract.source())

    def quality(self, rules: Sequence[QualityRule]) -> Iterator[Finding]:
        """All rules in one statement; one by one where that fails, so that the rule that can't be asked is named."""
        if not rules:
            return
        try:
            seen, *failing = self.ask(rules)
        except (StatementError, UnsupportedFeature) as error:
            if len(rules) == 1:
                yield quality_failed.unsettled(self.contract.name, measures.words(rules[0]), str(error), *self.place(rules[0]))
                return
            for rule in rules:
                yield from self.quality([rule])
            return
        self.evaluated += len(rules)
        for rule, count in zip(rules, failing, strict=True):
            broken = not _within(rule, seen) if isinstance(rule, RowCount) else count > 0
            if broken:
                source, column = self.place(rule)
                find = measures.breaking(self.rows, rule)
                yield quality_failed.finding(self.contract.name, measures.words(rule), seen, count, source, column, find)

    def ask(self, rules: Sequence[QualityRule]) -> list[int]:
        sql, bound = measures.count(self.rows, rules)
        return [int(value or 0) for value in self.target.execute(sql, bound).rows[0]]

    def place(self, rule: QualityRule) -> tuple:
        """Where the contract asks for it, itself or by a key or type; and the column, where it is one."""
        columns = columns_of(rule)
        column = columns[0] if len(columns) == 1 else None
        if rule in self.contract.quality:
            return self.contract.source(("pact", "quality", self.contract.quality.index(rule))), column
        return self.contract.places().get(column) or self.contract.source(("pact", "keys")), column

    def samples(self, fields: Sequence[ContractField]) -> Iterator[Finding]:
        if not fields:
            return
        whole = schema(self.contract.schema)
        shapes = {member.name: member.shape for member in whole.root.members}
        told = ", ".join(f"TO_JSON(CAST({quote(field.column.name)} AS VARIANT))" for field in fields)
        try:
            rows = self.target.execute(f"SELECT {told} FROM {self.rows.name.sql} LIMIT {MOST_SAMPLED}").rows
        except (StatementError, UnsupportedFeature) as error:
            yield quality_failed.unsettled(self.contract.name, "the sample", str(error), self.contract.source())
            return
        for index, field in enumerate(fields):
            yield from self.sample(field, whole, shapes[field.name], [row[index] for row in rows if row[index] is not None])

    def sample(self, field: ContractField, whole: Schema, shape: Shape, values: Sequence[str]) -> Iterator[Finding]:
        self.sampled += len(values)
        wrong = [found for found in (_misfit(whole, shape, value) for value in values) if found is not None]
        if wrong:
            column, source = field.column.name, self.contract.source(field.path)
            first = wrong[0]
            yield sample_invalid.finding(self.contract.name, column, len(values), len(wrong), first.path, first.message, source)


def _misfit(whole: Schema, shape: Shape, text: str) -> Misfit | None:
    try:
        return misfit(whole, shape, json.loads(text, parse_float=Decimal, parse_constant=str))
    except (RecursionError, ValueError):
        return Misfit("$", "the value is nested too deeply to be read, or no JSON")


def _within(rule: RowCount, seen: int) -> bool:
    return (rule.min is None or seen >= rule.min) and (rule.max is None or seen <= rule.max)
