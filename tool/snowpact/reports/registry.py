"""Which formats there are. A format is a file of this folder with ``render(report, color=False) -> str``."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from snowpact.model.errors import InputError
from snowpact.model.report import Report

FORMATS = {name: f"snowpact.reports.{name}" for name in ("text", "json", "sarif", "junit", "markdown", "html", "github")}
"""By the name that ``--format`` takes."""

def renderer(format: str) -> Callable[[Report, bool], str]:
    """The ``render`` of a format; an InputError naming those that exist for another."""
    if format not in FORMATS:
        raise InputError(f"no report format is called {format!r}; there are {', '.join(sorted(FORMATS))}")
    return importlib.import_module(FORMATS[format]).render
