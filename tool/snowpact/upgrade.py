"""The upgrade path: what the base or the target has, then the versions that are new, then the repeatable scripts that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from snowpact.diff.compare import compare
from snowpact.diff.net import Blame
from snowpact.gate import unfolded
from snowpact.governed import Placed, governance
from snowpact.mapped import back
from snowpact.migrations.plan import State
from snowpact.model.catalog import Catalog
from snowpact.model.change import AddColumn, Change, ChangeType, CreateObject, DropColumn, DropObject
from snowpact.model.finding import Finding
from snowpact.model.names import Name, spell
from snowpact.predict import predict
from snowpact.prepare import Prepared, PreparedScript
from snowpact.promised import promises
from snowpact.replay.replay import Replayed
from snowpact.rules import fresh_install_differs
from snowpact.standing import Standing, home

MOST_TOLD = 3
"""Differences of one object."""


def upgrading(base: Prepared, head: Prepared) -> list[PreparedScript] | None:
    """The scripts in the order in which they run where the base was installed; None where that is a fresh install of the head."""
    there = {item.name: item for item in base.pipelines}
    before = {name: {script.script.path: script for script in item.scripts} for name, item in there.items()}
    if all(
        [_said(script) for script in item.scripts] == [_said(script) for script in (there[item.name].scripts if item.name in there else ())]
        for item in head.pipelines
    ):
        return None
    ran = [script for item in base.pipelines for script in item.scripts if script.script.kind != "A"]
    return [*ran, *(script for item in head.pipelines for script in _new(item.scripts, before.get(item.name, {})))]


def _said(script: PreparedScript) -> tuple[str, str]:
    return script.script.path, script.rendered.text


def _new(scripts: Iterable[PreparedScript], before: dict[str, PreparedScript]) -> Iterator[PreparedScript]:
    """A version runs once, whatever becomes of its text or its file's name; a repeatable script when it changed; others always."""
    versions = {script.script.version for script in before.values() if script.script.version}
    for script in scripts:
        known = before.get(script.script.path)
        if script.script.version:
            if script.script.version not in versions:
                yield script
        elif script.script.kind == "A" or known is None or known.rendered.text != script.rendered.text:
            yield script


def foretold(found: Standing, todo: Sequence[PreparedScript], looked_at: Collection[Placed] = ()) -> list[Finding]:
    """What only replay tells of the pending scripts on a target: masking, tags and grants of what inspection was not told about, and where
    a fresh install would end elsewhere. Both start from nothing, with what the ledgers say was applied."""
    prepared = found.prepared
    applied = {id(script) for script in found.scripts(State.APPLIED, State.EDITED, selected=False)}
    pending = {id(script) for script in todo}
    scripts = [script for item in prepared.pipelines for script in item.scripts]
    upgrade = [*(script for script in scripts if id(script) in applied), *todo]
    install = [script for script in scripts if id(script) in applied | pending]
    upgraded = back(found.config.databases, predict(upgrade, prepared.contracts, None, home(found)))
    same = [id(script) for script in upgrade] == [id(script) for script in install]
    fresh = upgraded if same else back(found.config.databases, predict(install, prepared.contracts, None, home(found)))
    files = {script.script.path for script in todo}
    governed = governance(promises(prepared.contracts, evolving=False), upgraded, found.config.databases)
    own = [one for one in governed if one.source and one.source.file in files and (one.object, one.column) not in looked_at]
    return own if same else [*own, *differences(upgraded, fresh)]


def differences(upgraded: Replayed, fresh: Replayed) -> list[Finding]:
    """Where the two ways end elsewhere, object by object."""
    blame = Blame(upgraded.changes)
    changes = unfolded(compare(_compared(upgraded.after), _compared(fresh.after)))
    return [fresh_install_differs.finding(name, told, blame.of(name)) for name, told in contrasted(changes, "the upgrade")]


def _compared(catalog: Catalog) -> Catalog:
    return Catalog.of(catalog.relations())


def contrasted(changes: Iterable[Change], one: str) -> list[tuple[Name, str]]:
    """Object by object, what ``one`` of two ways leaves that the other would not: the changes lead from the one to the other."""
    found: dict[Name, list[str]] = {}
    for change in changes:
        found.setdefault(change.object, []).append(_told(change, one))
    return [(name, _listed(told)) for name, told in sorted(found.items())]


def _listed(told: list[str]) -> str:
    more = f" and {len(told) - MOST_TOLD} differences more" if len(told) > MOST_TOLD else ""
    return "; ".join(told[:MOST_TOLD]) + more


def _told(change: Change, one: str) -> str:
    if isinstance(change, CreateObject):
        return f"{one} leaves no {change.object}"
    if isinstance(change, DropObject):
        return f"{one} leaves {change.object}, which it would not make"
    where = f"{change.object}.{spell(change.column_name)}" if change.column_name else str(change.object)
    if isinstance(change, AddColumn):
        return f"{one} leaves {change.object} without {spell(change.column.name)}"
    if isinstance(change, DropColumn):
        return f"{one} leaves {where}, which it would not make"
    if isinstance(change, ChangeType):
        return f"{where} is {change.before.type} after {one}, and would be {change.after.type}"
    return f"{where} differs in {getattr(change, 'property', None) or type(change).__name__.removeprefix('Change').lower()}"
