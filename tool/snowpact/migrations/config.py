"""schemachange-config.yml: read as schemachange reads it, so that a project can switch and switch back.

Version 1 is flat, version 2 has the sections ``schemachange`` and ``snowflake``; keys are kebab-case, snake_case is
taken too. The file is itself rendered with Jinja, where ``env_var`` works and variables do not exist yet. schemachange
warns about an unknown key and goes on; here it is an error, for it is mostly a spelling mistake in one that matters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snowpact.model.errors import InputError, InputFault
from snowpact.model.names import Name, fold

if TYPE_CHECKING:
    from snowpact.migrations.render import Renderer

FILE_NAME = "schemachange-config.yml"
DEFAULT_HISTORY = ("METADATA", "SCHEMACHANGE", "CHANGE_HISTORY")


@dataclass(frozen=True, slots=True)
class SchemachangeConfig:
    """What the file says; None where it says nothing. snowflake holds the connection's keys, in snake_case."""

    root_folder: str | None = None
    modules_folder: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    change_history_table: str | None = None
    create_change_history_table: bool | None = None
    autocommit: bool | None = None
    dry_run: bool | None = None
    query_tag: str | None = None
    log_level: str | None = None
    verbose: bool | None = None
    connection_name: str | None = None
    connections_file_path: str | None = None
    version_number_validation_regex: str | None = None
    raise_exception_on_ignored_versioned_script: bool | None = None
    out_of_order: bool | None = None
    snowflake: Mapping[str, Any] = field(default_factory=dict)

    @property
    def history(self) -> Name | None:
        """The ledger's name; None where the file names none."""
        return history_table(self.change_history_table) if self.change_history_table else None


_WORDS = {"bool | None": (bool, "true or false"), "str | None": (str, "text"), "Mapping[str, Any]": (dict, "a mapping")}
_TYPES: dict[str, tuple[type, str]] = {item.name: _WORDS[str(item.type)] for item in fields(SchemachangeConfig)}


def load_config(path: Path, renderer: Renderer) -> SchemachangeConfig:
    """Raises InputError naming file and line."""
    path = renderer.project / path
    file = path.relative_to(renderer.project).as_posix() if path.is_relative_to(renderer.project) else path.as_posix()
    try:
        text = renderer.render_text(path.read_bytes().decode(), file)
    except OSError as error:
        raise InputError(InputFault(f"cannot be read: {error.strerror}", file)) from error
    except UnicodeDecodeError:
        raise InputError(InputFault("is not UTF-8", file)) from None
    try:
        return parse_config(_yaml(text, file), file)
    except InputError as error:
        raise InputError([InputFault(renderer.redact(fault.message), fault.file, fault.line) for fault in error.faults]) from None


def _yaml(text: str, file: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(InputFault(f"not YAML: {error.problem}", file, line)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(InputFault(f"not YAML: {error}", file)) from None
    except RecursionError:
        raise InputError(InputFault("not YAML that can be read: nested too deeply", file)) from None


def parse_config(content: Any, file: str = FILE_NAME) -> SchemachangeConfig:
    """From the parsed YAML. Raises InputError with all faults."""
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise InputError(InputFault("expected a mapping of settings", file))
    content = {str(key): value for key, value in content.items()}
    version = _version(content.pop("config-version", content.pop("config_version", None)), file)
    values = _flat(content) if version == 1 else _sections(content, file)
    faults = list(_faults(values, file))
    if faults:
        raise InputError(faults)
    return SchemachangeConfig(**{key: value for key, value in values.items() if value is not None})


def _version(given: Any, file: str) -> int:
    try:
        version = 1 if given is None else int(float(given))
    except (TypeError, ValueError, OverflowError):
        version = 0
    if version not in (1, 2):
        raise InputError(InputFault(f"config-version is 1 or 2, not {_short(given)}", file))
    return version


def _snake(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).replace("-", "_"): value for key, value in mapping.items()}


def _flat(content: Mapping[str, Any]) -> dict[str, Any]:
    values = _snake(content)
    connection = {key: values.pop(key) for key in list(values) if key.startswith("snowflake_")}
    return {**values, "snowflake": {key.removeprefix("snowflake_"): value for key, value in connection.items()}}


def _sections(content: Mapping[str, Any], file: str) -> dict[str, Any]:
    unknown = sorted(content.keys() - {"schemachange", "snowflake"})
    if unknown:
        raise InputError([InputFault(f"unknown section {key}: version 2 has schemachange and snowflake", file) for key in unknown])
    for key, section in content.items():
        if section is not None and not isinstance(section, dict):
            raise InputError(InputFault(f"the section {key} must be a mapping", file))
    values = _snake(content.get("schemachange") or {})
    values.pop("snowflake", None)
    return {**values, "snowflake": _snake(content.get("snowflake") or {})}


def _short(value: Any) -> str:
    """Never a whole structure: aliases can make one of a few lines stand for billions of values."""
    return repr(value)[:80] if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _faults(values: dict[str, Any], file: str) -> list[InputFault]:
    faults = []
    for key, value in values.items():
        if key not in _TYPES:
            faults.append(InputFault(f"unknown setting {key.replace('_', '-')}", file))
        elif value is not None and not isinstance(value, _TYPES[key][0]):
            faults.append(InputFault(f"{key.replace('_', '-')} must be {_TYPES[key][1]}, not {_short(value)}", file))
    pattern = values.get("version_number_validation_regex")
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(InputFault(f"version-number-validation-regex is no regular expression: {error}", file))
    table = values.get("change_history_table")
    if isinstance(table, str):
        try:
            history_table(table)
        except ValueError as error:
            faults.append(InputFault(f"change-history-table: {error}", file))
    return faults


_PART = re.compile(r'"(?:[^"]|"")+"|[^".]+')


def history_table(text: str) -> Name:
    """The ledger's full name from one to three parts, by schemachange's rules: the rest is METADATA.SCHEMACHANGE.

    A bare part of letters, digits and underscores is folded to upper-case; one with other characters is taken as quoted.
    """
    parts = _PART.findall(text.strip())
    if ".".join(parts) != text.strip() or not 1 <= len(parts) <= 3:
        raise ValueError(f"{text!r} is no name of one to three parts")
    stored = [fold(part) if re.fullmatch(r'\w+|".*"', part) else part for part in parts]
    return Name.of(*DEFAULT_HISTORY[: 3 - len(stored)], *stored)
