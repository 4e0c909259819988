"""FUNCTIONS, PROCEDURES, PACKAGES, SEQUENCES."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import metadata
from typing import Any

from snowpact.local.describing import length_of, returned_type, returns_text, signature
from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import (
    COMMENT,
    ROLE_TYPE,
    Field,
    View,
    absent,
    constant,
    flag,
    has,
    numeric,
    owner,
    placed,
    text,
    times,
)
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind


def _of(*kinds: Kind) -> Callable[[Facts, str], list[Record]]:
    return lambda facts, database: of_kind(facts, kinds, database)


def _property(key: str) -> Callable[[Record], Any]:
    return lambda record: record.object.property(key)


def _packages(record: Record) -> str | None:
    packages = record.object.property("packages")
    return "[" + ",".join(f"'{package}'" for package in packages) + "]" if packages else None


def _scalar(attribute: str) -> Callable[[Record], Any]:
    def value(record: Record) -> Any:
        type_ = returned_type(record)
        return getattr(type_, attribute) if type_ is not None and type_.base == "NUMBER" else None

    return value


def _length(record: Record) -> int | None:
    type_ = returned_type(record)
    return length_of(type_) if type_ is not None else None


def _routine(word: str) -> tuple[Field, ...]:
    return (
        *placed(word),
        owner(f"{word}_OWNER"),
        text("ARGUMENT_SIGNATURE", signature),
        text("DATA_TYPE", returns_text),
        numeric("CHARACTER_MAXIMUM_LENGTH", _length),
        numeric("CHARACTER_OCTET_LENGTH", _length),
        numeric("NUMERIC_PRECISION", _scalar("precision")),
        numeric("NUMERIC_PRECISION_RADIX", lambda record: 10 if _scalar("precision")(record) else None),
        numeric("NUMERIC_SCALE", _scalar("scale")),
        text(f"{word}_LANGUAGE", _property("language")),
        text(f"{word}_DEFINITION", lambda record: record.object.definition),
    )


_SHARED = (
    text("RUNTIME_VERSION", _property("runtime_version")),
    text("PACKAGES", _packages),
    *absent("INSTALLED_PACKAGES", "EXTERNAL_ACCESS_INTEGRATIONS", "SECRETS", "ARTIFACT_REPOSITORY"),
)



def _installed(facts: Facts, database: str) -> list[metadata.Distribution]:
    """What PACKAGES of a routine are held against: the packages beside snowpact."""
    return sorted(metadata.distributions(), key=lambda item: item.name.lower())


VIEWS = {
    "PACKAGES": View(
        _installed,
        (
            text("PACKAGE_NAME", lambda item: item.name.lower()),
            text("VERSION", lambda item: item.version),
            constant("LANGUAGE", "python"),
            text("RUNTIME_VERSION", lambda item: f"{sys.version_info.major}.{sys.version_info.minor}"),
        ),
    ),
    "FUNCTIONS": View(
        _of(Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION),
        (
            *_routine("FUNCTION"),
            text("VOLATILITY", lambda record: record.object.property("volatility") or "VOLATILE"),
            flag("IS_NULL_CALL", lambda record: record.object.property("null_input") in (None, "CALLED ON NULL INPUT")),
            flag("IS_SECURE", has("secure")),
            *times(),
            COMMENT,
            constant("IS_EXTERNAL", "NO"),
            *absent("API_INTEGRATION", "CONTEXT_HEADERS", "MAX_BATCH_ROWS", "REQUEST_TRANSLATOR", "RESPONSE_TRANSLATOR", "COMPRESSION"),
            *absent("IMPORTS"),
            text("HANDLER", _property("handler")),
            *absent("TARGET_PATH"),
            *_SHARED,
            constant("IS_MEMOIZABLE", "NO"),
            flag("IS_DATA_METRIC", lambda record: record.object.kind is Kind.DATA_METRIC_FUNCTION),
            constant("IS_AGGREGATE", "NO"),
        ),
    ),
    "PROCEDURES": View(_of(Kind.PROCEDURE), (*_routine("PROCEDURE"), *times(), COMMENT, *_SHARED, ROLE_TYPE)),
    "SEQUENCES": View(
        _of(Kind.SEQUENCE),
        (
            *placed("SEQUENCE"),
            owner("SEQUENCE_OWNER"),
            constant("DATA_TYPE", "NUMBER"),
            numeric("NUMERIC_PRECISION", lambda record: 38),
            numeric("NUMERIC_PRECISION_RADIX", lambda record: 10),
            numeric("NUMERIC_SCALE", lambda record: 0),
            text("START_VALUE", lambda record: str(record.object.property("start", 1))),
            *absent("MINIMUM_VALUE", "MAXIMUM_VALUE"),
            *absent("NEXT_VALUE"),
            text("INCREMENT", lambda record: str(record.object.property("increment", 1))),
            *absent("CYCLE_OPTION"),
            *times(),
            flag("ORDERED", has("ordered")),
            COMMENT,
        ),
    ),
}
