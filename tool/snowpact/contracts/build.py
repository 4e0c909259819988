"""A valid document becomes a Contract; what only shows once names and types are read is a fault too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from snowpact.contracts import avro
from snowpact.contracts.avro_types import Promise, promise
from snowpact.contracts.contract import Compatibility, Contract, ContractField, Deprecated, ForeignKey, Freshness, Grant, Keys
from snowpact.contracts.defaults import sql_default
from snowpact.contracts.document import Path
from snowpact.contracts.faults import Faults, did_you_mean
from snowpact.contracts.quality import WORDS, QualityRule, Range, Relationship, RowCount, Unique
from snowpact.model.catalog import Column, Kind
from snowpact.model.names import BARE, Name, NameSyntaxError, fold
from snowpact.model.types import VARIANT, TypeSyntaxError

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_LONGEST_IDENTIFIER = 255
_FULL_NAME = "a name of three parts, DATABASE.SCHEMA.NAME"


def build(value: dict[str, Any], named: avro.Named, file: str, digest: str, faults: Faults) -> Contract | None:
    """The contract, or None with faults added. ``value`` has passed the schema and Avro's rules."""
    builder = _Builder(value, named, faults)
    contract = builder.contract(file, digest)
    return None if faults else contract


class _Builder:
    def __init__(self, value: dict[str, Any], named: avro.Named, faults: Faults):
        self.value = value
        self.pact: dict[str, Any] = value["pact"]
        self.named = named
        self.faults = faults
        self.columns: dict[str, str] = {}  # by stored name: the field that declares it
        self.spellings: dict[str, str] = {}  # by what the pact may write: the stored name

    def contract(self, file: str, digest: str) -> Contract:
        pact = self.pact
        name = self.name()
        fields = tuple(self.field(index, item) for index, item in enumerate(self.value["fields"]))
        self.spellings = {column: column for column in self.columns} | {item.name: item.column.name for item in fields}
        return Contract(
            path=file,
            name=name,
            version=pact["version"],
            fields=fields,
            kind=Kind(pact["kind"].upper()) if "kind" in pact else None,
            closed=pact.get("columns") == "closed",
            compatibility=Compatibility(pact.get("compatibility", "FULL_TRANSITIVE")),
            owner=pact.get("owner"),
            consumers=tuple(pact.get("consumers", ())),
            doc=self.value.get("doc"),
            keys=self.keys(),
            freshness=_freshness(pact.get("freshness")),
            quality=self.quality(),
            grants=tuple(self.grant(index, item) for index, item in enumerate(pact.get("grants", ()))),
            exclusive=pact.get("access") == "closed",
            deprecated=self.deprecated(pact.get("deprecated"), ("pact", "deprecated")),
            wire=pact.get("wire"),
            digest=digest,
            document=self.faults.document,
        )

    def name(self) -> Name:
        if "object" in self.pact:
            return self.object_name(self.pact["object"], ("pact", "object"))
        full = avro.full_name(self.value["name"], self.value.get("namespace"))
        parts = full.split(".")
        if len(parts) != 3:
            path: Path = ("name",) if "." in self.value["name"] else ("namespace",)
            found = "nothing" if len(parts) == 1 else f"'{full.rpartition('.')[0]}'"
            self.faults.add(path, f"expected a namespace of two parts, DATABASE.SCHEMA, found {found}")
        for part in parts:
            self.identifier(part, ("name",))
        return Name.of(*(fold(part) for part in parts))

    def object_name(self, text: str, path: Path) -> Name:
        try:
            name = Name.parse(text)
        except NameSyntaxError as error:
            self.faults.add(path, f"{error}: expected {_FULL_NAME}")
            return Name.of(text)
        if len(name.parts) != 3:
            self.faults.add(path, f"'{text}' is incomplete: expected {_FULL_NAME}")
        for part in name.parts:
            self.identifier(part, path)
        return name

    def identifier(self, stored: str, path: Path) -> None:
        if len(stored) > _LONGEST_IDENTIFIER:
            self.faults.add(path, f"an identifier of {len(stored)} characters: Snowflake allows {_LONGEST_IDENTIFIER}")

    def spelled(self, text: str, path: Path, what: str) -> str:
        """The stored form of an identifier as SQL writes it."""
        if not text.startswith('"') and not BARE.match(text):
            quoted = '"' + text.replace('"', '""') + '"'
            self.faults.add(path, f"'{text}' is no unquoted {what}: expected letters, digits, _ and $, or {quoted} in double quotes")
            return text
        try:
            stored = fold(text)
        except NameSyntaxError as error:
            self.faults.add(path, f"{error}: expected a {what} as SQL writes it")
            return text
        self.identifier(stored, path)
        return stored

    def field(self, index: int, item: dict[str, Any]) -> ContractField:
        path: Path = ("fields", index)
        snowflake = item.get("snowflake", {})
        where = ("snowflake", "name") if "name" in snowflake else ("name",)
        column = self.spelled(snowflake.get("name", item["name"]), (*path, *where), "column name")
        if column in self.columns:
            self.faults.add(
                (*path, "name"),
                f"field '{item['name']}' and field '{self.columns[column]}' are one column, {column}, in Snowflake:"
                " expected different names, or snowflake.name in double quotes",
            )
        self.columns[column] = item["name"]
        kept = self.promise(item, path)
        return ContractField(
            name=item["name"],
            column=Column(
                column,
                kept.type,
                nullable=kept.nullable,
                default=self.default(item),
                certainty=kept.certainty,
                reason=kept.reason,
                accepts=kept.accepts,
            ),
            type=item["type"],
            doc=item.get("doc"),
            has_default="default" in item,
            default=item.get("default"),
            symbols=self.symbols(item["type"]) if "type" not in snowflake else (),
            aliases=tuple(fold(alias) for alias in item.get("aliases", ())),
            tags=tuple(self.tag(name, value, (*path, "tags", name)) for name, value in item.get("tags", {}).items()),
            masked=item.get("masked", False),
            deprecated=self.deprecated(item.get("deprecated"), (*path, "deprecated")),
            path=path,
            line=self.faults.document.place(path)[0],
        )

    def promise(self, item: dict[str, Any], path: Path) -> Promise:
        try:
            inside = avro.namespace_of(self.value, None)
            return promise(item["type"], inside, self.named, item.get("snowflake", {}).get("type"))
        except (TypeSyntaxError, NameSyntaxError) as error:
            at = (*path, "snowflake", "type") if "type" in item.get("snowflake", {}) else (*path, "type")
            self.faults.add(at, f"{error}: expected a Snowflake type such as VARCHAR(20) or NUMBER(18,2)")
            return Promise(VARIANT, ())

    def default(self, item: dict[str, Any]) -> str | None:
        inside = avro.namespace_of(self.value, None)
        return sql_default(item["default"], item["type"], inside, self.named) if "default" in item else None

    def symbols(self, schema: Any) -> tuple[str, ...]:
        """The symbols of an enum, or of a nullable one."""
        if isinstance(schema, list):
            others = [branch for branch in schema if branch != "null"]
            return self.symbols(others[0]) if len(others) == 1 else ()
        if isinstance(schema, str):
            schema = avro.resolve(schema, avro.namespace_of(self.value, None), self.named)
        found = isinstance(schema, dict) and schema.get("type") == "enum"
        return tuple(schema["symbols"]) if found else ()

    def tag(self, name: str, value: str, path: Path) -> tuple[Name, str]:
        try:
            return Name.parse(name), value
        except NameSyntaxError as error:
            self.faults.add(path, f"{error}: expected the name of a tag, as SQL writes it")
            return Name.of(name), value

    def grant(self, index: int, item: dict[str, Any]) -> Grant:
        role = self.spelled(item["role"], ("pact", "grants", index, "role"), "role name")
        return Grant(role, item["privilege"].upper())

    def deprecated(self, item: dict[str, Any] | None, path: Path) -> Deprecated | None:
        if item is None:
            return None
        until = None
        if "remove_after" in item:
            try:
                until = date.fromisoformat(item["remove_after"])
            except ValueError:
                self.faults.add((*path, "remove_after"), f"{item['remove_after']} is no day of the calendar: expected a date YYYY-MM-DD")
        return Deprecated(item.get("since"), until, item.get("use"))

    def column(self, text: str, path: Path) -> str:
        """A declared column, named by its field or as SQL writes it."""
        if text in self.spellings:
            return self.spellings[text]
        try:
            stored = fold(text)
        except NameSyntaxError:
            stored = text
        if stored in self.columns:
            return stored
        hint = did_you_mean(text.upper(), self.columns)
        self.faults.add(path, f"'{text}' is no column of this contract: expected one of its fields{hint}")
        return text

    def column_list(self, texts: list[str], path: Path) -> tuple[str, ...]:
        found = tuple(self.column(text, (*path, index)) for index, text in enumerate(texts))
        for index, column in enumerate(found):
            if column in found[:index]:
                self.faults.add((*path, index), f"column {column} stands twice: expected each once")
        return found

    def keys(self) -> Keys:
        keys, path = self.pact.get("keys", {}), ("pact", "keys")
        return Keys(
            self.column_list(keys.get("primary", []), (*path, "primary")),
            tuple(self.column_list(columns, (*path, "unique", index)) for index, columns in enumerate(keys.get("unique", ()))),
            tuple(self.foreign(item, (*path, "foreign", index)) for index, item in enumerate(keys.get("foreign", ()))),
        )

    def foreign(self, item: dict[str, Any], path: Path) -> ForeignKey:
        columns = self.column_list(item["columns"], (*path, "columns"))
        at = (*path, "referenced_columns")
        texts = enumerate(item.get("referenced_columns", ()))
        referenced = tuple(self.spelled(text, (*at, index), "column name") for index, text in texts)
        if referenced and len(referenced) != len(columns):
            self.faults.add(at, f"expected as many names as columns has, {len(columns)}, found {len(referenced)}")
        return ForeignKey(columns, self.object_name(item["references"], (*path, "references")), referenced or columns)

    def quality(self) -> tuple[QualityRule, ...]:
        return tuple(self.rule(item, ("pact", "quality", index)) for index, item in enumerate(self.pact.get("quality", ())))

    def rule(self, item: dict[str, Any], path: Path) -> QualityRule:
        word, given = next(iter(item.items()))
        path = (*path, word)
        arguments = dict(given)
        if "column" in arguments:
            arguments["column"] = self.column(given["column"], (*path, "column"))
        if word == "unique":
            single = (arguments["column"],) if "column" in given else ()
            return Unique(single or self.column_list(given["columns"], (*path, "columns")))
        if word == "relationship":
            return self.relationship(arguments, path)
        if word == "accepted_values":
            arguments["values"] = tuple(given["values"])
        if word == "regex":
            self.pattern(given["pattern"], (*path, "pattern"))
        rule = WORDS[word](**arguments)
        if isinstance(rule, (Range, RowCount)):
            self.bounds(rule, path)
        return rule

    def relationship(self, arguments: dict[str, Any], path: Path) -> Relationship:
        other = self.object_name(arguments["references"], (*path, "references"))
        named = arguments.get("referenced_column")
        column = arguments["column"] if named is None else self.spelled(named, (*path, "referenced_column"), "column name")
        return Relationship(arguments["column"], other, column)

    def pattern(self, text: str, path: Path) -> None:
        try:
            re.compile(text)
        except (re.error, RecursionError, OverflowError) as error:
            self.faults.add(path, f"the pattern is no regular expression: {error}")

    def bounds(self, rule: Range | RowCount, path: Path) -> None:
        if rule.min is None or rule.max is None:
            return
        if isinstance(rule.min, str) != isinstance(rule.max, str):
            self.faults.add(path, "min and max are of different types: expected two numbers, or two texts")
        elif rule.min > rule.max:  # type: ignore[operator]
            self.faults.add(path, f"min {rule.min} is greater than max {rule.max}: nothing would pass")


def _freshness(item: dict[str, Any] | None) -> Freshness | None:
    if item is None:
        return None
    count, unit = item["target_lag"].lower().split()
    unit = unit.removesuffix("s")
    return Freshness(f"{count} {unit}{'' if count == '1' else 's'}", int(count) * _SECONDS[unit])


def twice(contracts: Iterable[Contract]) -> Iterable[tuple[Contract, Contract]]:
    """Every contract for an object that another one, the first of the pair, promises already."""
    first: dict[Name, Contract] = {}
    for contract in contracts:
        known = first.setdefault(contract.name, contract)
        if known is not contract:
            yield known, contract
