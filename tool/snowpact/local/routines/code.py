"""A routine's code in the worker: its body, executed anew for each call, or a module among its imports.

That a query meets a fresh interpreter is read cautiously [M]: module-level seeds and counters start over, of imported modules too.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

SOURCE_FILE = "_udf_code.py"
"""What Snowflake calls a body in tracebacks."""


class HandlerError(Exception):
    """The body has no such handler, or one that can't serve."""

    __module__ = "builtins"  # a traceback then names it without the path of our own module


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    return compile(source, SOURCE_FILE, "exec")


def handler(source: str, name: str) -> Any:
    """The handler: of the body, or ``module.name`` of an import where there is no body."""
    if source.strip():
        module = ModuleType("_udf_code")
        sys.modules[module.__name__] = module  # dataclasses and typing look their module up
        exec(_compiled(source), module.__dict__)  # noqa: S102 - running the user's own code is what this process is for
        where = "the body"
    else:
        imported, _, name = name.rpartition(".")
        module = importlib.import_module(imported)
        where = f"module {imported}"
    found = module.__dict__.get(name)
    if found is None:
        raise HandlerError(f"handler {name!r} is not defined by {where}")
    return found


@contextmanager
def imported(folder: str | None) -> Iterator[None]:
    """With a routine's imports on the path: Python files, and archives and packages that hold them."""
    if folder is None:
        yield
        return
    added = [folder, *(str(path) for path in Path(folder).glob("*.zip"))]
    sys.path[:0] = added
    sys._xoptions["snowflake_import_directory"] = folder + "/"
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = [path for path in sys.path if path not in added]
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(folder + "/"):
                del sys.modules[name]
