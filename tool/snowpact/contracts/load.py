"""Files become contracts, or one InputError with every fault of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any

import fastavro.schema

from snowpact.contracts import avro
from snowpact.contracts.build import build, twice
from snowpact.contracts.contract import Contract
from snowpact.contracts.document import Document, JsonSyntaxError, newlines, parse
from snowpact.contracts.faults import Faults
from snowpact.contracts.files import contained_bytes, find, relative
from snowpact.contracts.mend import sound
from snowpact.contracts.validate import validate
from snowpact.model.errors import InputError, InputFault


def load(where: FilePath | Iterable[FilePath], project: FilePath) -> list[Contract]:
    """The contracts of a folder (every ``.avsc`` below it) or of the named files, in path order.

    A folder without contracts gives none: whether that is an error is for the command to say. Raises InputError with
    the faults of all files.
    """
    faults: list[InputFault] = []
    contracts: list[Contract] = []
    for path in find([where] if isinstance(where, FilePath) else list(where), project, faults):
        try:
            contracts.append(read(contained_bytes(path, project), relative(path, project)))
        except InputError as error:
            faults.extend(error.faults)
    for first, second in twice(contracts):
        message = f"a second contract for {second.name}: {first.path} is one already"
        faults.append(InputFault(message, second.path, second.line_of("$.name"), "$.name"))
    if faults:
        raise InputError(faults)
    return contracts


def read(raw: bytes, file: str) -> Contract:
    """One contract from its bytes; ``file`` names it. Raises InputError with every fault."""
    document = _document(raw, file)
    faults = Faults(file, document)
    for path, offset in document.duplicates:
        faults.add(path, f"the key '{path[-1]}' stands twice in one object: expected it once", offset)
    value = document.value
    if not isinstance(value, dict):
        faults.add((), "not a contract: expected an Avro record, a JSON object with type, name, fields and pact")
        raise InputError(faults.found)
    named = avro.check(value, faults) if value.get("type") == "record" else {}
    _add_schema_faults(value, faults)
    if not faults:
        _parse_with_fastavro(value, faults)
    if faults:
        remainder = sound(value, faults)
        contract = build(remainder, {}, file, "", faults) if remainder else None
    else:
        contract = build(value, named, file, hashlib.sha256(raw).hexdigest(), faults)
    if contract is None or faults:
        raise InputError(faults.in_order())
    return contract


def _add_schema_faults(value: dict[str, Any], faults: Faults) -> None:
    """The schema's faults, but where Avro's own rules have said it better already."""
    known = [fault.json_path or "$" for fault in faults.found]
    ours = Faults(faults.file, faults.document)
    if "pact" not in value:
        ours.add((), "'pact' is missing: an .avsc without it promises nothing; expected an object with at least a version")
        value = {**value, "pact": {"version": "0.0.0"}}
    validate(value, ours)
    for path, fault in ours.placed:
        place = fault.json_path or "$"
        if path and any(other == place or other.startswith((f"{place}.", f"{place}[")) for other in known):
            continue
        faults.keep(path, fault)


def _document(raw: bytes, file: str) -> Document:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(InputFault(f"not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}", file, line)) from None
    try:
        return parse(text)
    except JsonSyntaxError as error:
        line, char = Document(text, None, {}, (), newlines(text)).at(error.offset)
        raise InputError(InputFault(f"{error.message} (character {char})", file, line)) from None


def _parse_with_fastavro(value: dict[str, Any], faults: Faults) -> None:
    """The reference parser has the last word on what Avro is."""
    try:
        fastavro.schema.parse_schema(value)
    except Exception as error:  # whatever it stumbles over, the file is at fault, not the program
        faults.add((), f"not an Avro schema: {type(error).__name__}: {error}")
