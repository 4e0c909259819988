"""PACKAGES = (…): what a Python body asks for, against what is installed here.

A body that would fail at its first import is refused at CREATE, by the name of what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

from snowpact.model.errors import StatementError

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*((?:[=<>!~]=?[^,]*,?\s*)*)\Z")
_ON_PYPI = {"snowflake": "snowflake-snowpark-python", "pytables": "tables", "msgpack-python": "msgpack"}
"""Where Anaconda's name, which Snowflake uses, is another than PyPI's."""


def require(packages: Iterable[str]) -> None:
    """Raises StatementError 391546-like for the first packages that are not installed.

    A version is not held against what is installed: the embedded engine runs what is there, and says so in its guide.
    """
    missing = [package for package in packages if not _installed(_name(package))]
    if missing:
        names = ", ".join(f"'{package}'" for package in missing)
        raise StatementError(
            "SQL compilation error:\n"
            f"Cannot create a Python function with the specified packages. Packages not installed here: {names}. "
            f"Install {', '.join(_name(package) for package in missing)} beside snowpact to run it on the embedded engine.",
            391546,
            "22023",
        )


def _name(package: str) -> str:
    match = _REQUIREMENT.match(package)
    if not match:
        raise StatementError(f"SQL compilation error:\ninvalid value [{package}] for parameter 'PACKAGES'", 1008, "22023")
    return _ON_PYPI.get(match[1].lower(), match[1].lower())


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
