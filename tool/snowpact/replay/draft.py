"""A catalog in the making: objects by key, changed in place, so that replay stays linear."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from snowpact.model.catalog import Catalog, CatalogObject, Key, Kind
from snowpact.model.names import Name

_OVERLOADED = frozenset({Kind.FUNCTION.domain, Kind.PROCEDURE.domain})


def _bare(key: Key) -> Key:
    """A routine's key without its argument types."""
    return key[0], Name((*key[1].parts[:-1], key[1].name.partition("(")[0]))


class Draft(MutableMapping[Key, CatalogObject]):
    """Objects by key, and which lie in which container."""

    def __init__(self, start: Catalog | None = None):
        self._objects: dict[Key, CatalogObject] = {}
        self._inside: dict[Name, dict[Key, None]] = {}
        self._overloads: dict[Key, dict[Key, None]] = {}
        self._domains: dict[str, dict[Key, None]] = {}
        for item in start or ():
            self[item.key] = item

    def __getitem__(self, key: Key) -> CatalogObject:
        return self._objects[key]

    def __setitem__(self, key: Key, item: CatalogObject) -> None:
        self._objects[key] = item
        self._domains.setdefault(key[0], {})[key] = None
        if key[1].parent is not None:
            self._inside.setdefault(key[1].parent, {})[key] = None
        if key[0] in _OVERLOADED:
            self._overloads.setdefault(_bare(key), {})[key] = None

    def __delitem__(self, key: Key) -> None:
        del self._objects[key]
        del self._domains[key[0]][key]
        if key[1].parent is not None:
            self._inside[key[1].parent].pop(key, None)
        if key[0] in _OVERLOADED:
            self._overloads[_bare(key)].pop(key, None)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)

    def find(self, kind: Kind | str, name: Name) -> CatalogObject | None:
        return self._objects.get((kind.domain if isinstance(kind, Kind) else kind, name))

    def children(self, container: Name) -> list[CatalogObject]:
        """What lies directly in a database or schema."""
        return [self._objects[key] for key in self._inside.get(container, ())]

    def of_domain(self, domain: str) -> list[CatalogObject]:
        return [self._objects[key] for key in self._domains.get(domain, ())]

    def overloads(self, kind: Kind, name: Name) -> list[CatalogObject]:
        """The routines of a name, whatever their arguments."""
        return [self._objects[key] for key in self._overloads.get((kind.domain, name), ())]

    def within(self, container: Name) -> list[CatalogObject]:
        """Everything inside a database or schema, what lies deeper first."""
        found: list[CatalogObject] = []
        for item in self.children(container):
            if item.kind is Kind.SCHEMA:
                found += self.within(item.name)
            found.append(item)
        return found

    def catalog(self) -> Catalog:
        return Catalog(self._objects)
