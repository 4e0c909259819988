"""What an object names inside its own database or schema, when that is cloned.

https://docs.snowflake.com/en/user-guide/object-clone#cloning-and-foreign-key-constraints
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name

_NEXT = re.compile(r"\s*(.+)\.NEXTVAL\s*", re.IGNORECASE)


def relocated(item: CatalogObject, source: Name, target: Name) -> CatalogObject:
    """The object with what it names inside ``source`` named inside ``target``: keys' tables, default sequences, a stream's source. Its own
    name is left, and so is the text of a view, which goes on naming what it named."""

    def moved(name: Name) -> Name:
        return Name((*target.parts, *name.parts[len(source.parts) :])) if name.within(source) else name

    constraints = tuple(replace(key, references=moved(key.references) if key.references else None) for key in item.constraints)
    columns = tuple(replace(column, default=_default(column.default, moved)) for column in item.columns)
    item = replace(item, constraints=constraints, columns=columns)
    followed = item.property("source") if item.kind is Kind.STREAM else None
    return item.with_properties(source=moved(followed)) if followed is not None else item


def _default(default: str | None, moved: Callable[[Name], Name]) -> str | None:
    """``db.s.seq.NEXTVAL`` under the clone's names. A bare name means the table's own schema, and so the clone's."""
    found = _NEXT.fullmatch(default or "")
    if found is None:
        return default
    name = Name.parse(found[1])
    return f"{moved(name)}.NEXTVAL" if len(name.parts) == 3 else default
