"""Snowflake identifiers and object names.

An unquoted identifier is stored upper-case; a quoted one keeps its case and may hold any character, a double
quote doubled (https://docs.snowflake.com/en/sql-reference/identifiers-syntax). ``"ABC"`` and ``abc`` are therefore
one name, ``"abc"`` is another. Inside snowpact a name is always its *stored* form: folded, without quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_BARE_STORED = re.compile(r"[A-Z_][A-Z0-9_$]*\Z")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_$]*))\s*')


class NameSyntaxError(ValueError):
    """Text that is no identifier or no dotted object name."""


def fold(identifier: str) -> str:
    """The stored form of one identifier as written: ``abc`` → ``ABC``, ``"aBc"`` → ``aBc``.

    Raises NameSyntaxError for an empty identifier or an unbalanced quote.
    """
    if identifier.startswith('"'):
        if len(identifier) < 3 or not identifier.endswith('"'):
            raise NameSyntaxError(f"{identifier} is not a quoted identifier")
        inner = identifier[1:-1]
        if '"' in inner.replace('""', ""):
            raise NameSyntaxError(f"{identifier} holds a double quote that is not doubled")
        return inner.replace('""', '"')
    if not identifier:
        raise NameSyntaxError("an identifier may not be empty")
    return identifier.upper()


def quote(name: str) -> str:
    """A stored name as a quoted identifier, safe to put into any statement."""
    return '"' + name.replace('"', '""') + '"'


def spell(name: str) -> str:
    """A stored name as people write it: bare where that folds back to itself, quoted otherwise."""
    return name if _BARE_STORED.match(name) else quote(name)


@dataclass(frozen=True, order=True, slots=True)
class Name:
    """A dotted object name, one to three stored parts: ``(database,)``, ``(database, schema)`` or all three.

    Account objects (warehouses, roles, shares) have one part.
    """

    parts: tuple[str, ...]

    def __hash__(self) -> int:
        """As the generated one, without a tuple around the tuple: names are the key of nearly every look-up."""
        return hash(self.parts)

    @classmethod
    def of(cls, *parts: str) -> Name:
        """From stored parts."""
        return cls(tuple(parts))

    @classmethod
    def parse(cls, text: str, database: str | None = None, schema: str | None = None) -> Name:
        """From text as written (``db.schema."Name"``), completed to three parts from the session's context.

        Without a database or schema to complete it, the name keeps as many parts as were written.
        ``db..name`` means the PUBLIC schema (https://docs.snowflake.com/en/sql-reference/name-resolution).
        Raises NameSyntaxError.
        """
        parts = cls._split(text)
        if len(parts) == 1 and schema is not None:
            parts = (schema, *parts)
        if len(parts) == 2 and database is not None:
            parts = (database, *parts)
        return cls(parts)

    @staticmethod
    def _split(text: str) -> tuple[str, ...]:
        parts: list[str] = []
        position = 0
        while True:
            if parts and len(parts) == 1 and text[position : position + 1] == ".":
                parts.append("PUBLIC")
                position += 1
                continue
            match = _PART.match(text, position)
            if not match:
                raise NameSyntaxError(f"{text!r} is not an object name")
            quoted, bare = match.groups()
            parts.append(quoted.replace('""', '"') if quoted is not None else bare.upper())
            position = match.end()
            if position == len(text):
                break
            if text[position] != ".":
                raise NameSyntaxError(f"{text!r} is not an object name")
            position += 1
        if len(parts) > 3:
            raise NameSyntaxError(f"{text!r} has more than three parts")
        return tuple(parts)

    @property
    def database(self) -> str | None:
        """The database of a two- or three-part name, or the name itself for one part."""
        return self.parts[0] if self.parts else None

    @property
    def schema(self) -> str | None:
        return self.parts[1] if len(self.parts) > 1 else None

    @property
    def name(self) -> str:
        """The last part."""
        return self.parts[-1]

    @property
    def parent(self) -> Name | None:
        """The schema of an object, the database of a schema; None above that."""
        return Name(self.parts[:-1]) if len(self.parts) > 1 else None

    def child(self, part: str) -> Name:
        return Name((*self.parts, part))

    def beside(self, part: str) -> Name:
        """The name of something in the same schema or database."""
        return Name((*self.parts[:-1], part))

    def with_signature(self, signature: str) -> Name:
        """A routine's full name: overloads are told apart by their argument types, ``F(NUMBER)``."""
        return self.beside(self.name + signature)

    def within(self, container: Name) -> bool:
        """Whether this is the container itself or lies inside it."""
        return self.parts[: len(container.parts)] == container.parts

    @property
    def sql(self) -> str:
        """Every part quoted, for use in a statement."""
        return ".".join(quote(part) for part in self.parts)

    def __str__(self) -> str:
        return ".".join(spell(part) for part in self.parts)
