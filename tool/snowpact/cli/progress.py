"""Progress on standard error: a bar on a terminal, a line per step with ``-v``, else nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from snowpact.cli.options import Settings


class Progress:
    """``with Progress("applying", 12, settings) as bar: bar.step("V1.0.0__x.sql")``."""

    def __init__(self, verb: str, total: int, settings: Settings):
        self.verb, self.total, self.verbose = verb, total, settings.verbose
        self._bar: Bar | None = None
        self._task: TaskID
        self._steps = 0

    def __enter__(self) -> Progress:
        return self

    def step(self, what: str) -> None:
        """The next script begins; with the first one the bar is shown."""
        if self.verbose:
            click.echo(f"{self.verb} {what}", err=True)
        elif self.total and sys.stderr.isatty():
            from rich.markup import escape

            bar = self._bar = self._bar or self._begun()
            bar.update(self._task, completed=self._steps, description=escape(f"{self.verb} {what}"))
        self._steps += 1

    def _begun(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        self._task = bar.add_task(self.verb, total=self.total)
        return bar

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()
