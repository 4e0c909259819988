"""`contracts list` and `contracts show`: what was promised, as it stands in the files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from snowpact.contracts.contract import Contract
from snowpact.contracts.load import load
from snowpact.contracts.summary import summary
from snowpact.model.errors import InputError, InputFault
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.report import Report, Verdict
from snowpact.project import Project


def contracts_of(project: Project, pipelines: Sequence[str], allow_empty: bool) -> list[Contract]:
    """The contracts of the named pipelines, of all without a name. Raises InputError with every fault of every file."""
    found: list[Contract] = []
    faults: list[InputFault] = []
    for pipeline in project.select(pipelines):
        if pipeline.contracts is None:
            continue
        try:
            found += load(project.root / pipeline.contracts, project.root)
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    if not found and not allow_empty:
        raise InputError("there is no contract; pass --allow-empty if that is meant")
    return found


def find(contracts: Sequence[Contract], name: str) -> Contract:
    """The contract of an object, by its full name or any ending of it that only one has."""
    try:
        wanted = Name.parse(name).parts
    except NameSyntaxError as error:
        raise InputError(str(error)) from error
    matches = [contract for contract in contracts if contract.name.parts[-len(wanted) :] == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(f"{name} may be {', '.join(str(contract.name) for contract in matches)}")
    raise InputError(f"there is no contract for {name}; `contracts list` shows them all")


def listing(contracts: Sequence[Contract]) -> Report:
    return Report("contracts list", Verdict.PASSED, summary={"contracts": [summary(contract) for contract in contracts]})


def described(contract: Contract) -> Report:
    return Report("contracts show", Verdict.PASSED, summary=summary(contract))


def text_of(contract: Contract) -> str:
    """The contract for people: its head, then a line per column."""
    facts = summary(contract)
    head = [
        f"{facts['object']} {facts['version']}  {facts['kind'] or 'any kind'}, {facts['columns_mode']} columns, {facts['compatibility']}",
        facts["doc"] or "",
        f"owner: {facts['owner'] or 'nobody'}    consumers: {', '.join(facts['consumers']) or 'nobody named'}",
        f"keys: {', '.join(facts['keys']['primary']) or 'none'}    target lag: {facts['target_lag'] or 'not promised'}",
        f"file: {facts['contract']}",
        "",
    ]
    columns = [
        f"  {column['column']:<32} {column['type']}{'' if column['nullable'] else ' NOT NULL'}{_deprecated(column['deprecated'])}"
        for column in facts["columns"]
    ]
    quality = ["", "quality:", *(f"  {json.dumps(rule, ensure_ascii=False)}" for rule in facts["quality"])] if facts["quality"] else []
    return "\n".join([*(line for line in head if line or line == ""), *columns, *quality])


def _deprecated(facts: dict | None) -> str:
    if facts is None:
        return ""
    return "   deprecated" + (f" since {facts['since']}" if facts["since"] else "") + (f", use {facts['use']}" if facts["use"] else "")
