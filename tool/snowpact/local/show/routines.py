"""SHOW FUNCTIONS, USER FUNCTIONS, PROCEDURES, USER PROCEDURES. Snowflake's built-in functions are not listed."""

from __future__ import annotations

from snowpact.local.describing import argument_types, returned_type, returns_text
from snowpact.local.information_schema.fields import plain_name
from snowpact.local.show.listing import CREATED, NAME, SCHEMA, Item, Listing, constant, letter, numeric, objects, text
from snowpact.model.catalog import Kind


def _arguments(item: Item) -> str:
    """``F(NUMBER) RETURN NUMBER``; a default in brackets would follow, and is left out here."""
    return f"{plain_name(item.record)}({', '.join(argument_types(item.record))}) RETURN {returns_text(item.record)}"


def _required(item: Item) -> int:
    if item.record.object.kind is Kind.DATA_METRIC_FUNCTION:
        return len(argument_types(item.record))
    return sum(default is None for _, _, default in item.record.object.property("arguments", ()))


def _fields(description: str) -> tuple:
    return (
        CREATED,
        NAME,
        SCHEMA,
        constant("is_builtin", "N"),
        letter("is_aggregate", lambda item: item.record.object.property("aggregate")),
        constant("is_ansi", "N"),
        numeric("min_num_arguments", _required),
        numeric("max_num_arguments", lambda item: len(argument_types(item.record))),
        text("arguments", _arguments),
        text("description", lambda item: item.record.object.comment or description),
        text("catalog_name", lambda item: item.record.name.parts[0]),
        letter("is_table_function", lambda item: returned_type(item.record) is None),
        constant("valid_for_clustering", "N"),
        letter("is_secure", lambda item: item.record.object.property("secure")),
        constant("secrets", ""),
        constant("external_access_integrations", ""),
    )


_FUNCTION = (
    *_fields("user-defined function"),
    constant("is_external_function", "N"),
    text("language", lambda item: item.record.object.property("language")),
    constant("is_memoizable", "N"),
    letter("is_data_metric", lambda item: item.record.object.kind is Kind.DATA_METRIC_FUNCTION),
)

LISTINGS: dict[Kind | str, Listing] = {
    Kind.PROCEDURE: Listing(objects(Kind.PROCEDURE), _fields("user-defined procedure"), terse=None),
    Kind.FUNCTION: Listing(objects(Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION), _FUNCTION, terse=None),
    Kind.DATA_METRIC_FUNCTION: Listing(objects(Kind.DATA_METRIC_FUNCTION), _FUNCTION, terse=None),
}
