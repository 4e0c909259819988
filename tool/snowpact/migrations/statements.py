"""A rendered script cut into statements, each with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.migrations.render import Rendered
from snowpact.model.errors import InputError, InputFault
from snowpact.model.source import Source
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError


@dataclass(frozen=True, slots=True)
class ScriptStatement:
    """ordinal counts from 1 within the script; start is the offset in the rendered text; lead: the comments in front of it."""

    rendered: Rendered
    ordinal: int
    text: str
    start: int
    lead: str = ""

    @property
    def source(self) -> Source:
        return self.rendered.locate(self.start)


def statements(rendered: Rendered) -> list[ScriptStatement]:
    """Raises InputError with file and line for what is no SQL, and for a script without a statement."""
    try:
        parts = split(rendered.text)
    except SqlInputError as error:
        place = rendered.locate(error.offset)
        raise InputError(InputFault(error.message, place.file, place.line)) from None
    if not parts:
        raise InputError(InputFault("holds comments only: add a statement, or remove the script", rendered.script.path))
    return [ScriptStatement(rendered, ordinal, part.text, part.start, part.lead) for ordinal, part in enumerate(parts, 1)]
