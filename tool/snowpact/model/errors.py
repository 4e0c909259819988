"""What can go wrong, by exit code. Each error carries fields; the command line turns them into a message and JSON.

Findings are no errors: a blocked migration is a Verdict, exit code 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class SnowpactError(Exception):
    """The root of every error that a user may meet; ``exit_code`` is the program's answer to it."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class InputFault:
    """One fault in what the user gave: file relative to the project, 1-based line, JSON path (``$.fields[2].type``)."""

    message: str
    file: str | None = None
    line: int | None = None
    json_path: str | None = None

    def __str__(self) -> str:
        if self.file is None:
            place = f"line {self.line}" if self.line is not None else ""
        else:
            place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return ": ".join(part for part in (place, self.json_path, self.message) if part)


class InputError(SnowpactError):
    """Usage, configuration or input (exit 2). Holds every fault that was found, not the first alone."""

    exit_code = 2

    def __init__(self, faults: Iterable[InputFault] | InputFault | str):
        if isinstance(faults, str):
            faults = InputFault(faults)
        self.faults: tuple[InputFault, ...] = (faults,) if isinstance(faults, InputFault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class TargetUnreachable(SnowpactError):
    """The target can't be reached, or refused us (exit 3)."""

    exit_code = 3


class StatementError(SnowpactError):
    """A statement failed on the target (exit 4 while applying).

    errno is Snowflake's number as an integer (2003 for 002003), sqlstate its SQLSTATE, message its text.
    """

    exit_code = 4

    def __init__(self, message: str, errno: int | None = None, sqlstate: str | None = None, query_id: str | None = None):
        self.message, self.errno, self.sqlstate, self.query_id = message, errno, sqlstate, query_id
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.errno:06d} ({self.sqlstate}): {self.message}" if self.errno is not None else self.message


def compilation(text: str, errno: int, sqlstate: str) -> StatementError:
    """An error of the statement's text or of the names in it."""
    return StatementError(f"SQL compilation error:\n{text}", errno, sqlstate)


class UnsupportedFeature(StatementError):
    """What the embedded engine does not implement: ``000002 (0A000): Unsupported feature 'X'.``

    The number and text are Snowflake's own for a feature an account lacks.
    """

    def __init__(self, feature: str):
        super().__init__(f"Unsupported feature '{feature}'.", 2, "0A000")
        self.feature = feature


class Held(SnowpactError):
    """Held by another process or run (exit 5); ``holder`` is its process id or run id."""

    exit_code = 5

    def __init__(self, message: str, holder: str | None = None):
        self.holder = holder
        super().__init__(message)
