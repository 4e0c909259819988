"""Progress on standard error: a bar on a terminal, a line per step with ``-v``, else nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from snowpact.cli.options import Settings


class Progress:
    """``with Progress("applying", 12, settings) as bar: bar.step("V1.0.0__x.sql")``."""

    def __init__(self, verb: str, total: int, settings: Settings):
        self.verb, self.total, self.verbose = verb, total, settings.verbose
        self._bar = None
        self._task = None
        self._steps = 0

    def __enter__(self) -> Progress:
        if self.total and not self.verbose and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self.verb, total=self.total)
        return self

    def step(self, what: str) -> None:
        """The next script begins."""
        if self.verbose:
            click.echo(f"{self.verb} {what}", err=True)
        elif self._bar is not None:
            from rich.markup import escape

            self._bar.update(self._task, completed=self._steps, description=escape(f"{self.verb} {what}"))
        self._steps += 1

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()
