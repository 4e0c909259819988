"""A target from its configuration: the one place that knows which type opens how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from snowpact.model.errors import InputError
from snowpact.targets.protocol import Target

Opener = Callable[[str, Mapping[str, Any], Path], Target]
"""(name, settings, project root) -> an open target."""


def open_snowflake(name: str, settings: Mapping[str, Any], root: Path) -> Target:
    """The ``snowflake`` opener. Paths in the settings are relative to the project."""
    from snowpact.targets.snowflake import SnowflakeTarget

    paths = {key: str(root / settings[key]) for key in ("connections_file", "private_key_file", "token_file_path") if settings.get(key)}
    return SnowflakeTarget(name, {**settings, **paths})


OPENERS: Mapping[str, Opener] = {"snowflake": open_snowflake}


def open_target(name: str, type_: str, settings: Mapping[str, Any], root: Path, openers: Mapping[str, Opener] | None = None) -> Target:
    """Open the target ``name`` of type ``type_``.

    ``openers`` adds types to those above: the embedded engine imports the targets, never the reverse, so whoever
    composes the program passes its opener. Raises InputError for a type nobody opens.
    """
    known = {**OPENERS, **(openers or {})}
    if type_ not in known:
        raise InputError(f"target {name!r} is of type {type_!r}; known are {', '.join(sorted(known))}")
    return known[type_](name, settings, root)
