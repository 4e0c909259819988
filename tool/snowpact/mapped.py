"""``databases`` of a target: where the contracts' databases live there.

Contracts speak of ANALYTICS; on this target it is ANALYTICS_PROD. What comes from a target is renamed back once, so that
everything behind it compares and reports the contracts' names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from snowpact.model.catalog import Catalog
from snowpact.model.names import Name

T = TypeVar("T")


def there(databases: Mapping[str, str], database: str) -> str:
    """What a contract's database is called on the target."""
    return databases.get(database, database)


def back(databases: Mapping[str, str], found: T) -> T:
    """A catalog, a change or any other noun in the contracts' names. SQL texts stay as they are."""
    if not databases:
        return found
    return _renamed({actual: name for name, actual in databases.items()}, found)


def as_there(databases: Mapping[str, str], analyse: Callable[[Catalog], T], catalog: Catalog) -> T:
    """What an analysis finds in a catalog that is in the contracts' names, one that reads SQL texts too, which speak of the target's."""
    return back(databases, analyse(_renamed(databases, catalog) if databases else catalog))


def _renamed(names: Mapping[str, str], found: Any) -> Any:
    if isinstance(found, Name):
        return Name((names.get(found.parts[0], found.parts[0]), *found.parts[1:]))
    if isinstance(found, Catalog):
        return Catalog.of(_renamed(names, item) for item in found)
    if isinstance(found, tuple | frozenset):
        return type(found)(_renamed(names, item) for item in found)
    if isinstance(found, Mapping):
        return {_renamed(names, key): _renamed(names, value) for key, value in found.items()}
    if is_dataclass(found) and not isinstance(found, type):
        changed = {item.name: _renamed(names, getattr(found, item.name)) for item in fields(found) if item.init}
        return replace(found, **changed)
    return found
