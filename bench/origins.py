"""Where an error of a public script comes from: the script itself, or a statement before it that did not run.

A statement that names what an earlier one should have made fails for that one's reason. So does one that names what no script of the
project makes: a marketplace's share, a placeholder, what a person did by hand. Objects are told by the last part of their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from snowpact.model.errors import SnowpactError
from snowpact.model.names import Name
from snowpact.sql.classify import Classified, classify
from snowpact.sql.tokens import SqlInputError

KNOCK_ON = "knock-on: names what an earlier statement should have made, which was refused or failed"
NOWHERE = "names what no script of the project makes"
GONE = "names what the project makes and this statement does not find: made later, elsewhere, or dropped before"
NO_SQL = "no SQL of Snowflake's"
RIGHTS = "the role lacks the privilege"
PACKAGES = "needs a Python package that is not installed on this machine"

ORIGINS = frozenset({KNOCK_ON, NOWHERE, GONE, NO_SQL, RIGHTS, PACKAGES})

_FIXED = ((r"Packages not installed here", PACKAGES), (r"Insufficient privileges", RIGHTS))
_MISSING = re.compile(r"'\$?([^']+)' does not exist|user-defined (?:procedure|function) ([^\s(]+)|Requested role '([^']+)'")
_NAMELESS = re.compile(r"does not have a current (?:schema|database)|Object does not exist, or operation cannot be performed")
_HEAD = re.compile(r"\bCREATE\b[^(;']*", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:RENAME\s+TO|save_as_table\()\s*['\"]?([\w.$]+)", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"'(\w+)'")
_ROLE = re.compile(r"\bROLE\s+([\w.$\"]+)", re.IGNORECASE)


@dataclass
class Origins:
    """made: what the project's scripts make somewhere; failed: what of it should have been made by now and was not."""

    made: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    @staticmethod
    def of(texts: Iterable[str]) -> Origins:
        return Origins({name for text in texts for name in _makes(_COMMENT.sub("", text))})

    def ran(self, statement: Classified) -> None:
        if statement.verb in {"CREATE", "USE"}:
            self.failed -= set(_makes(statement.text)) | {_last(statement.name or "")}

    def failed_at(self, statement: Classified) -> None:
        """What a statement makes, chooses or gives is missing from now on."""
        self.failed |= set(_makes(statement.text))
        if statement.verb in {"USE", "SET"} and statement.name:
            self.failed.add(_last(statement.name))
        if statement.verb == "CALL":  # what it was told to make
            self.failed |= {name.upper() for name in _WORD.findall(statement.text)}
        if statement.verb == "GRANT":
            self.failed |= {_last(name) for name in _ROLE.findall(statement.text)}

    def of_error(self, message: str, statement: Classified) -> str | None:
        """The origin of an error; None for one that is nobody's but the engine's to explain."""
        for pattern, origin in _FIXED:
            if re.search(pattern, message):
                return origin
        names = [next(filter(None, found)) for found in _MISSING.findall(message)]
        if not names and _NAMELESS.search(message):
            return self._of_context(statement)
        if not names:
            return NO_SQL if "syntax error" in message else None
        parts = [part for name in names for part in _parts(name)]
        if self.failed & set(parts):
            return KNOCK_ON
        return GONE if parts[-1] in self.made else NOWHERE

    def _of_context(self, statement: Classified) -> str:
        """USE of what is not there, or a statement after one that failed."""
        if statement.verb == "USE" and statement.name:
            last = _last(statement.name)
            return KNOCK_ON if last in self.failed else GONE if last in self.made else NOWHERE
        return KNOCK_ON if self.failed else GONE


def _makes(text: str) -> Iterator[str]:
    """The last parts of the names that a text creates or renames to, in bodies too."""
    for head in _HEAD.findall(text):
        try:
            found = classify(head)
        except SqlInputError:
            continue
        if found.verb == "CREATE" and found.name:
            yield _last(found.name)
    yield from (_last(name) for name in _MOVED.findall(text))


def _parts(name: str) -> list[str]:
    try:
        return [part.split("(")[0] for part in Name.parse(name).parts]
    except (SnowpactError, ValueError):
        return [name.upper()]


def _last(name: str) -> str:
    return _parts(name)[-1]
