"""The embedded engine as a Target like any other: one session of an engine in this process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from snowpact.local.engine import Engine
from snowpact.local.stages.external import Locations
from snowpact.model.catalog import Catalog
from snowpact.targets.context import go_back
from snowpact.targets.inspect import inspect_whole
from snowpact.targets.protocol import Context, Result


class LocalTarget:
    """A session of an engine. Closing the target closes the engine too, unless it was only lent (``owned`` False)."""

    kind = "local"

    def __init__(self, engine: Engine, name: str = "local", owned: bool = True):
        self.engine, self.name, self.owned = engine, name, owned
        self.session = engine.connect()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Result:
        """Run one statement. Raises StatementError in Snowflake's words."""
        answer = self.session.execute(sql, params)
        return Result(tuple(column.name for column in answer.columns), tuple(answer.rows), answer.rowcount, answer.query_id)

    def context(self) -> Context:
        session = self.session
        return Context(session.role, session.warehouse, session.database, session.schema)

    def restore(self, context: Context) -> None:
        go_back(self.execute, self.context(), context)

    def inspect(self, databases: Iterable[str]) -> Catalog:
        return inspect_whole(self, databases).catalog

    def catalog(self) -> Catalog:
        """Everything permanent, from memory: what inspection finds, and more, at no cost."""
        return self.engine.catalog()

    def scratch(self) -> LocalTarget:
        """A throw-away copy of what is committed, its session in this one's context; closing it removes it."""
        copy = LocalTarget(self.engine.fork(), "scratch")
        mine = self.session
        theirs = copy.session
        theirs.role, theirs.warehouse, theirs.database, theirs.schema = mine.role, mine.warehouse, mine.database, mine.schema
        return copy

    def close(self) -> None:
        self.session.close()
        if self.owned:
            self.engine.close()

    def __enter__(self) -> LocalTarget:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_local(path: Path | None, name: str = "local", locations: Locations | None = None) -> LocalTarget:
    """Open the engine kept in ``path``; a throw-away one where it is None. locations: folders that stand for external locations.

    Raises Held naming the process that has it open, InputError for a file that is none of this engine.
    """
    return LocalTarget(Engine(path, locations=locations), name)
