"""The variables of templates: where they come from, which of them wins, and which are secret.

``--vars`` > environment (``SNOWPACT_VAR_KEY``) > the target's ``vars`` > ``[vars]`` of snowpact.toml >
schemachange-config.yml. A later source replaces a key as a whole, as schemachange does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from snowpact.migrations.wire import NotPlain, encode
from snowpact.model.errors import InputError, InputFault

PREFIX = "SNOWPACT_VAR_"
RESERVED = "schemachange"
STARS = "***"


@dataclass(frozen=True, slots=True)
class Variables:
    """values by name; ``redact`` stars what is secret among them."""

    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def secrets(self) -> frozenset[str]:
        """Every text that must not be printed: of a key that contains SECRET, or anywhere below a key ``secrets``."""
        return frozenset(_secrets(self.values, False))

    def redact(self, text: str) -> str:
        """In any case: a name that is not quoted comes back in upper case."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = re.sub(re.escape(secret), STARS, text, flags=re.IGNORECASE)
        return text


def merge(
    command_line: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    target: Mapping[str, Any] | None = None,
    project: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | None = None,
) -> Variables:
    """All sources as one; ``command_line`` holds the arguments of ``--vars`` as typed. Raises InputError."""
    values = {**(config or {}), **(project or {}), **(target or {})}
    for name, text in _from_environment(environ or {}):
        values.update(dict.fromkeys(_meant(name, values), text))
    for argument in command_line:
        values.update(parse(argument))
    if RESERVED in values:
        raise InputError(f"the variable name {RESERVED!r} is reserved by schemachange: choose another")
    encoded(values)
    return Variables(values)


def encoded(values: Mapping[str, Any]) -> Any:
    """As ``wire`` carries them. Raises InputError for a value that no template can hold."""
    pairs = []
    for name, value in values.items():
        if not isinstance(name, str):
            raise InputError(f"the name of a variable must be text, and {name!r} is none")
        try:
            pairs.append([name, encode(value)])
        except NotPlain as error:
            raise InputError(f"the variable {name} {error}") from None
    return ["map", pairs]


def parse(argument: str) -> dict[str, Any]:
    """One argument of ``--vars``: ``KEY=VALUE``, or a JSON object, as schemachange takes."""
    if argument.lstrip().startswith("{"):
        try:
            values = json.loads(argument)
        except ValueError as error:
            raise InputError(InputFault(f"--vars: not a JSON object: {error}")) from None
        except RecursionError:
            raise InputError(InputFault("--vars: nested too deeply")) from None
        return values
    name, equals, value = argument.partition("=")
    if not equals or not name.strip():
        raise InputError(f"--vars: expected KEY=VALUE or a JSON object, not {argument!r}")
    return {name.strip(): value}


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name[len(PREFIX) :], value) for name, value in sorted(environ.items()) if len(name) > len(PREFIX) and name.startswith(PREFIX))


def _meant(name: str, known: Mapping[str, Any]) -> list[str]:
    """Names of environment variables are upper-case by custom: a known variable of that name in another case is meant.

    Without one, both the name as written and its lower-case form are set.
    """
    if name in known:
        return [name]
    alike = [other for other in known if isinstance(other, str) and other.lower() == name.lower()]
    return alike or sorted({name, name.lower()})


def _secrets(value: Any, secret: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secrets(inner, secret or "SECRET" in str(key).upper())
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets(inner, secret)
    elif secret and value is not None and not isinstance(value, bool):
        text = str(value)
        yield from (piece for piece in {text, text.strip(), *map(str.strip, text.splitlines())} if piece)
