"""Two columns of one name in one relation, ``(SELECT t.id, u.id FROM …)``: ``*`` and ``$2`` tell them apart, their name does not.

Each has a key of its own, under which DuckDB keeps it: the first its name, a further one its name and a number. What comes out of the
engine has names (``shown``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import count

_MARK = "\0"
"""No name of a user's has it: https://docs.snowflake.com/en/sql-reference/identifiers-syntax."""


def key_for(name: str, taken: Container[str]) -> str:
    """A key for one more column of that name."""
    name = shown(name)
    return name if name not in taken else next(key for place in count(2) if (key := f"{name}{_MARK}{place}") not in taken)


def keyed(names: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        found[key_for(name, found)] = None
    return list(found)


def shown(key: str) -> str:
    """The name of a column by its key."""
    return key.partition(_MARK)[0]


def are_there(name: str, columns: Container[str]) -> bool:
    """Whether two columns have that name."""
    return f"{name}{_MARK}2" in columns
