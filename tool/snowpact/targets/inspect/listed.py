"""Kinds that SHOW lists whole: stages, file formats, pipes, tags and shares; masking and row access policies, whose bodies GET_DDL tells.

One statement for a kind and database, for shares one in all, and one for the bodies of a database's policies; asked for only where
somebody has such objects to compare with. https://docs.snowflake.com/en/sql-reference/sql/show-stages, show-file-formats, show-pipes,
show-tags, show-shares, show-masking-policies, show-row-access-policies; https://docs.snowflake.com/en/sql-reference/functions/get_ddl
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import StatementError
from snowpact.model.names import Name
from snowpact.sql.file_formats import differing
from snowpact.sql.literals import string_constant
from snowpact.sql.statements.policy import parse_create_policy
from snowpact.sql.tokens import SqlInputError
from snowpact.targets.inspect.probe import Probe, Row, text, yes

POLICIES = (Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY)
MOST = 100
"""Policies whose bodies one statement asks for."""


def _stage(row: Row) -> dict[str, Any]:
    return {
        "url": text(row.get("url")),
        "storage_integration": text(row.get("storage_integration")),
        "directory": yes(row.get("directory_enabled")) or None,
    }


def _file_format(row: Row) -> dict[str, Any]:
    return differing({"TYPE": row.get("type"), **json.loads(text(row.get("format_options")) or "{}")})


def _tag(row: Row) -> dict[str, Any]:
    values = json.loads(text(row.get("allowed_values")) or "[]")
    return {"allowed_values": tuple(sorted(values)) or None}


@dataclass(frozen=True, slots=True)
class Listed:
    """A kind by the words of its SHOW; settings: the properties that a row tells."""

    words: str
    settings: Callable[[Row], dict[str, Any]] = lambda row: {}
    definition: str | None = None


_LISTED: Mapping[Kind, Listed] = {
    Kind.STAGE: Listed("STAGES", _stage),
    Kind.FILE_FORMAT: Listed("FILE FORMATS", _file_format),
    Kind.PIPE: Listed("PIPES", definition="definition"),
    Kind.TAG: Listed("TAGS", _tag),
    Kind.MASKING_POLICY: Listed("MASKING POLICIES"),
    Kind.ROW_ACCESS_POLICY: Listed("ROW ACCESS POLICIES"),
}
ASKED_FOR = frozenset(_LISTED) | {Kind.SHARE}
"""The kinds that an inspection looks for only when it is told to."""


def listed(probe: Probe, kinds: Collection[Kind]) -> list[CatalogObject]:
    """The database's objects of these kinds."""
    found = [item for kind in _LISTED if kind in kinds for item in _items(probe, kind)]
    policies = [item for item in found if item.kind in POLICIES]
    groups = (policies[start : start + MOST] for start in range(0, len(policies), MOST))
    bodies = {item.key: item for group in groups for item in _with_bodies(probe, group)}
    return [bodies.get(item.key, item) for item in found]


def _items(probe: Probe, kind: Kind) -> Iterable[CatalogObject]:
    how = _LISTED[kind]
    for row in probe.show(how.words, paged=False, per_table=False):
        if "TEMPORARY" in str(row.get("type")).upper():
            continue  # the session's own, and no part of the schema
        try:
            settings = how.settings(row)
        except (ValueError, TypeError):
            probe.note(f"the settings of {kind} {probe.spelled(row['schema_name'], row['name'])} can't be read")
            continue
        yield CatalogObject(
            kind,
            Name.of(probe.database, row["schema_name"], row["name"]),
            definition=text(row.get(how.definition)) if how.definition else None,
            comment=text(row.get("comment")),
            properties=properties(**settings),
        )


def _with_bodies(probe: Probe, items: list[CatalogObject]) -> list[CatalogObject]:
    """The policies with arguments, type and body, as GET_DDL tells them; what the role may not see is noted."""
    calls = ", ".join(f"GET_DDL('POLICY', {string_constant(item.name.sql)}, TRUE) AS P{at}" for at, item in enumerate(items))
    try:
        row = probe.ask(f"SELECT {calls}")[0]
    except StatementError as error:
        probe.note(f"{probe.whose} may not see the bodies of the policies of {probe.spelled()}: {error.message.splitlines()[-1]}")
        return items
    return [_with_body(probe, item, text(row[f"p{at}"])) for at, item in enumerate(items)]


def _with_body(probe: Probe, item: CatalogObject, made: str | None) -> CatalogObject:
    try:
        parsed = parse_create_policy((made or "").strip().removesuffix(";"))
    except SqlInputError:
        probe.note(f"the text of {item} can't be read")
        return item
    settings = properties(
        arguments=tuple((name, given.base) for name, given in parsed.arguments), returns=parsed.returns.base if parsed.returns else None
    )
    return replace(item, definition=parsed.body, properties=settings)


def shares(probe: Probe) -> list[CatalogObject]:
    """The account's own shares, by name (https://docs.snowflake.com/en/sql-reference/sql/show-shares)."""
    try:
        rows = probe.ask("SHOW SHARES")
    except StatementError as error:
        probe.note(f"{probe.whose} may not list shares: {error.message.splitlines()[-1]}")
        return []
    own = [row for row in rows if str(row.get("kind")).upper() == "OUTBOUND"]
    return [CatalogObject(Kind.SHARE, Name.of(str(row["name"]).rpartition(".")[2]), comment=text(row.get("comment"))) for row in own]
