"""A procedure or function as the engine keeps it, and as a call uses it.

The object's name ends in its argument types, ``GEN_MEMBERS(NUMBER)``, since those tell overloads apart. Properties: ``arguments`` as
(name, type, default or None) each, ``returns`` a type or ``TABLE (A NUMBER(38,0), …)``, and the clauses under their lower-case names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, spell
from snowpact.model.types import SnowflakeType, parse_type
from snowpact.sql.statements.routine import CreateRoutine

STRICT = {"STRICT", "RETURNS NULL ON NULL INPUT"}
_LANGUAGES = {"SQL", "PYTHON", "JAVASCRIPT"}
_WITHOUT_EFFECT = {"copy grants", "copy_grants", "memoizable", "log_level", "trace_level"}
"""Options that change nothing about what a routine answers."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: SnowflakeType
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """What a call needs. columns: of RETURNS TABLE, None for a scalar, empty where ``TABLE ()`` leaves them to the body."""

    id: int
    kind: Kind
    name: Name
    parameters: tuple[Parameter, ...]
    returns: SnowflakeType | None
    columns: tuple[Column, ...] | None
    language: str
    body: str
    handler: str | None
    caller: bool
    strict: bool
    volatile: bool
    imports: tuple[str, ...] = ()
    aggregate: bool = False

    @property
    def call_name(self) -> str:
        """The name without its argument types, as the result's column shows it."""
        return self.name.name.split("(")[0]

    @property
    def required(self) -> int:
        return sum(parameter.default is None for parameter in self.parameters)

    @classmethod
    def of(cls, record: Record) -> Definition:
        item = record.object
        given: Mapping[str, Any] = dict(item.properties)
        table = given["returns"].startswith("TABLE")
        return cls(
            id=record.id,
            kind=item.kind,
            name=item.name,
            parameters=tuple(Parameter(name, parse_type(type_), default) for name, type_, default in given["arguments"]),
            returns=None if table else parse_type(given["returns"]),
            columns=item.columns if table else None,
            language=given["language"],
            body=item.definition or "",
            handler=given.get("handler"),
            caller=given.get("execute_as") == "CALLER",
            strict=given.get("null_input") in STRICT,
            volatile=given.get("volatility") != "IMMUTABLE",
            imports=tuple(given.get("imports") or ()),
            aggregate=bool(given.get("aggregate")),
        )


def object_of(parsed: CreateRoutine, name: Name) -> CatalogObject:
    """The object that CREATE makes; ``name`` is complete, without argument types. Raises UnsupportedFeature for what can't be run here."""
    _refuse_unsupported(parsed)
    if "(" in name.name:  # the bracket divides name and argument types in the stored name
        raise UnsupportedFeature("a bracket in the name of a routine")
    columns = parsed.returns_columns
    returns = str(parsed.returns) if columns is None else _table_text(columns)
    own = properties(
        language=parsed.language,
        arguments=tuple((argument.name, str(argument.type), argument.default) for argument in parsed.arguments),
        returns=returns,
        handler=parsed.handler,
        runtime_version=parsed.runtime_version,
        packages=parsed.packages or None,
        imports=parsed.imports or None,
        execute_as=(parsed.execute_as or "OWNER") if parsed.kind is Kind.PROCEDURE else None,
        null_input=parsed.null_input,
        volatility=parsed.volatility,
        returns_not_null=parsed.returns_not_null or None,
        secure=True if "secure" in parsed.modifiers else None,
        aggregate=True if parsed.aggregate else None,
    )
    full = name.with_signature(parsed.signature)
    return CatalogObject(parsed.kind, full, columns or (), definition=parsed.body, comment=parsed.comment, properties=own)


def _table_text(columns: tuple[Column, ...]) -> str:
    return f"TABLE ({', '.join(f'{spell(column.name)} {column.type}' for column in columns)})"


def _refuse_unsupported(parsed: CreateRoutine) -> None:
    if parsed.language not in _LANGUAGES:
        raise UnsupportedFeature(f"LANGUAGE {parsed.language}")
    if parsed.body is None and not (parsed.imports and parsed.handler and "." in parsed.handler):
        raise UnsupportedFeature("a routine without a body")
    if parsed.aggregate and (parsed.language != "PYTHON" or not parsed.arguments or parsed.returns is None):
        raise UnsupportedFeature("an aggregate function in SQL, without arguments or of tables")
    if parsed.execute_as == "RESTRICTED CALLER":
        raise UnsupportedFeature("EXECUTE AS RESTRICTED CALLER")
    if any(argument.mode != "IN" for argument in parsed.arguments):
        raise UnsupportedFeature("OUT arguments")
    if "or_alter" in parsed.modifiers:
        raise UnsupportedFeature(f"CREATE OR ALTER {parsed.kind.value}")
    for option, _ in parsed.options:
        if option not in _WITHOUT_EFFECT:
            raise UnsupportedFeature(f"{parsed.kind} with {option.upper()}")
