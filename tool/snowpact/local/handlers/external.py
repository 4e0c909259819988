"""CREATE, ALTER and DROP of integrations, secrets, network rules and policies, and resource monitors: kept, checked, and never used."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import frame
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation
from snowpact.local.existing import existing
from snowpact.local.external import forms
from snowpact.local.external.references import completed, refuse_named
from snowpact.local.governance import tagging
from snowpact.local.objects import DEPTH, Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, RenameTo, SetProperties, SetTags, UnsetProperties, UnsetTags
from snowpact.sql.statements.settings import parse_create_settings


@handles("CREATE", *forms.KINDS)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_settings(statement.text)
    kind = Kind(parsed.kind)
    flags = [flag for flag in parsed.flags if flag != "with"]
    forms.refuse_parts(kind, clone=parsed.clone, tag=parsed.tags, flags=flags, or_alter="or_alter" in parsed.modifiers)
    name = session.name(parsed.name, DEPTH.get(kind, 3))
    found = existing(session, kind, name, parsed.modifiers)
    settings = _checked(session, kind, forms.values(dict(parsed.settings)))
    with ddl(session) as change:
        if found:
            change.drop(found)
        change.create(CatalogObject(kind, name, comment=parsed.comment, properties=properties(**settings)))
    return message(f"{_word(kind)} {name.name} successfully created.")


def _word(kind: Kind) -> str:
    return kind.domain.title() if kind in forms.POLICIES else kind.domain.capitalize()


def _checked(session: Session, kind: Kind, settings: dict[str, forms.Value]) -> dict[str, forms.Value]:
    forms.check(kind, settings)
    return completed(session, settings)


@handles("ALTER", Kind.INTEGRATION, *forms.KINDS)
def alter(session: Session, statement: Classified) -> EngineResult:
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: Action) -> Record:
    item = record.object
    settings = {key: value for key, value in item.properties if key != "tags"}
    if isinstance(action, SetProperties):
        given = dict(action.values)
        item = replace(item, comment=given.pop("comment", item.comment) or None)
        fixed = next((key for key in forms.TOLD_BY.get(item.kind, ()) if key in given), None)
        if fixed is not None and forms.values(given)[fixed] != settings.get(fixed):
            raise compilation(f"Property {fixed.upper()} of {item} can't be altered.", 1420, "42601")  # text [M]
        return change.alter(record, item.with_properties(**_checked(change.session, item.kind, {**settings, **forms.values(given)})))
    if isinstance(action, UnsetProperties):
        item = replace(item, comment=None) if "comment" in action.keys else item
        kept = {key: value for key, value in settings.items() if key not in action.keys}
        forms.check(item.kind, kept)
        return change.alter(record, replace(item, properties=properties(**kept)))
    if isinstance(action, SetTags):
        return tagging.set_tags(change, record, action)
    if isinstance(action, UnsetTags):
        return tagging.unset_tags(change, record, action)
    if isinstance(action, RenameTo) and item.kind in (Kind.NETWORK_POLICY, *forms.POLICIES):
        return frame.renamed(change, record, action)
    raise UnsupportedFeature(f"ALTER {item.kind.value} … {type(action).__name__}")


@handles("DROP", Kind.INTEGRATION, *forms.KINDS)
def drop(session: Session, statement: Classified) -> EngineResult:
    return frame.drop(session, statement, _drop)


def _drop(change: Ddl, record: Record) -> None:
    refuse_named(change.session.engine.state, record)
    change.drop(record)
