"""A catalog in the making: objects by key, changed in place, so that replay stays linear."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from snowpact.model.catalog import Catalog, CatalogObject, Key, Kind
from snowpact.model.names import Name


class Draft(MutableMapping[Key, CatalogObject]):
    """Objects by key, and which lie in which container."""

    def __init__(self, start: Catalog | None = None):
        self._objects: dict[Key, CatalogObject] = {}
        self._inside: dict[Name, dict[Key, None]] = {}
        for item in start or ():
            self[item.key] = item

    def __getitem__(self, key: Key) -> CatalogObject:
        return self._objects[key]

    def __setitem__(self, key: Key, item: CatalogObject) -> None:
        self._objects[key] = item
        if key[1].parent is not None:
            self._inside.setdefault(key[1].parent, {})[key] = None

    def __delitem__(self, key: Key) -> None:
        del self._objects[key]
        if key[1].parent is not None:
            self._inside[key[1].parent].pop(key, None)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)

    def find(self, kind: Kind | str, name: Name) -> CatalogObject | None:
        return self._objects.get((kind.domain if isinstance(kind, Kind) else kind, name))

    def children(self, container: Name) -> list[CatalogObject]:
        """What lies directly in a database or schema."""
        return [self._objects[key] for key in self._inside.get(container, ())]

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
