"""Scripts to SQL text, with schemachange's checksum and every position traced to the source file.

Text after rendering is treated as schemachange 4.4.0 does (``JinjaTemplateProcessor.render``): a BOM is stripped, white
space around, one trailing ``;``; the checksum is SHA-224 of what is left. A file without Jinja syntax is its own
rendering, one with variables alone needs no Jinja (``plain``). Anything else is rendered in another process (``sandbox``), for
templates are hostile input.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snowpact.migrations import plain
from snowpact.migrations.checksum import accepted, checksum
from snowpact.migrations.origins import Origins, Place
from snowpact.migrations.sandbox import Crashed, Limits, NotStarted, Overdue, Sandbox
from snowpact.migrations.script import Script
from snowpact.migrations.variables import encoded
from snowpact.model.errors import InputError, InputFault
from snowpact.model.source import Source

_JINJA = re.compile(r"\{[{%#]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NEWLINE = re.compile("\r\n?")


@dataclass(frozen=True, slots=True)
class Rendered:
    """text is what runs and what ``checksum`` is of. unknown: the environment variables that were not read but marked."""

    script: Script
    text: str
    checksum: str
    origins: Origins = field(repr=False)
    unknown: tuple[str, ...] = ()

    @property
    def accepted(self) -> frozenset[str]:
        """Every checksum that says: this text ran. What earlier versions of schemachange made of it counts."""
        return accepted(self.text)

    def locate(self, offset: int) -> Source:
        """Where in the source, before rendering, the character at ``offset`` of ``text`` comes from."""
        place = self.origins.locate(offset)
        return Source(place.file, place.line, place.char)


class Overtime(InputError):
    """A template that took longer than its limit."""


class Renderer:
    """Renders the scripts of one pipeline; a context manager, for it holds a process once a template needs one.

    live: the rendering is for running, and ``env_var`` reads the environment. Else (check) it gives its default or the
    mark ``<env NAME>``, unless the name is in allowed_env: a pull request shall not read the secrets of its own check.
    """

    def __init__(
        self,
        project_root: Path,
        script_root: Path,
        modules_folder: Path | None = None,
        variables: Mapping[str, Any] | None = None,
        *,
        live: bool = False,
        allowed_env: Collection[str] = (),
        environ: Mapping[str, str] | None = None,
        redact: Callable[[str], str] = str,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ):
        self.project = Path(os.path.abspath(project_root))
        self._home = os.path.realpath(self.project)
        self.limits = limits
        self.variables = variables or {}
        self.live, self.allowed = live, frozenset(allowed_env)
        self.environ = dict(os.environ if environ is None else environ)
        self._redact = redact
        self._root = self.project / script_root
        modules = None if modules_folder is None else self.project / modules_folder
        if modules is not None and not modules.is_dir():
            raise InputError(InputFault("the modules folder does not exist", self._relative(modules)))
        if modules is not None and not modules.resolve().is_relative_to(self.project.resolve()):
            raise InputError(InputFault("the modules folder lies outside the project", self._relative(modules)))
        visible = self.environ if live else {name: value for name, value in self.environ.items() if name in self.allowed}
        settings = {
            "project": str(self.project),
            "root": str(self._root),
            "modules": None if modules is None else str(modules),
            "environ": visible,
            "reveal": None if live else sorted(self.allowed),
            "variables": encoded(self.variables),
        }
        self._sandbox = Sandbox(settings, limits)
        self._secrets: set[str] = set()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._sandbox.close()

    def redact(self, text: str) -> str:
        """With the secrets that came from the environment starred, beside those that the variables hold."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return self._redact(text)

    def render(self, script: Script) -> Rendered:
        """Raises InputError with file and line."""
        source = self._read(script)
        if not _JINJA.search(source):
            text = _NEWLINE.sub("\n", source)
            return finish(script, text, Origins.verbatim(script.path, text))
        rendered = plain.render(source, script.path, self.variables, self.limits.output)
        if rendered is not None:
            return finish(script, *rendered)
        template = Path(os.path.relpath(self.project / script.path, self._root)).as_posix()
        answer = self._ask(script.path, {"template": template, "file": script.path})
        found = answer["origins"]
        origins = Origins(script.path, found["offsets"], found["pieces"], [Place(*place) for place in found["places"]])
        return finish(script, answer["text"], origins, self._unknown(answer["env"]))

    def render_all(self, scripts: Iterable[Script]) -> list[Rendered]:
        """All of them, or an InputError with every fault. The first template that takes too long ends it."""
        rendered: list[Rendered] = []
        faults: list[InputFault] = []
        for script in scripts:
            try:
                rendered.append(self.render(script))
            except Overtime as error:
                faults.extend(error.faults)
                break
            except InputError as error:
                faults.extend(error.faults)
        if faults:
            raise InputError(faults)
        return rendered

    def render_text(self, source: str, file: str) -> str:
        """A configuration file's text: ``env_var`` works in it, variables do not exist yet."""
        if not _JINJA.search(source):
            return source
        return self._ask(file, {"source": source, "file": file})["text"]

    def _ask(self, file: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._sandbox.ask(request)
        except Overdue:
            seconds = f"{self.limits.seconds:g} seconds"
            raise Overtime(InputFault(f"rendering took longer than {seconds}: does the template loop without end?", file)) from None
        except Crashed:
            reason = f"is the template nested very deeply, or does it need more than {self.limits.memory >> 20} MB?"
            raise InputError(InputFault(f"rendering crashed: {reason}", file)) from None
        except NotStarted:
            raise InputError(InputFault("the process that renders templates could not be started: it needs Linux or macOS", file)) from None
        if "fault" in answer:
            if answer["spent"]:
                self._sandbox.close()
            raise InputError(self._fault(file, answer["fault"]))
        self._secrets.update(value for name in answer["env"] if "SECRET" in name.upper() and (value := self._revealed(name)))
        return answer

    def _revealed(self, name: str) -> str | None:
        return self.environ.get(name) if self.live or name in self.allowed else None

    def _unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        return () if self.live else tuple(name for name in names if name not in self.allowed)

    def _fault(self, file: str, fault: dict[str, Any]) -> InputFault:
        name = fault["undefined"]
        message = fault["message"]
        if name is not None:
            message = f"the variable {name} is not defined: give it with --vars {name}=… or in [vars] of snowpact.toml"
        place = file if fault["file"] in (None, "<template>") else fault["file"]  # Jinja's name for one that has none
        return InputFault(self.redact(message), place, fault["line"])

    def _relative(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.project)).as_posix()

    def _read(self, script: Script) -> str:
        path = self.project / script.path
        if os.path.commonpath((self._home, os.path.realpath(path))) != self._home:
            raise InputError(InputFault("is a link that leads out of the project", script.path))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(InputFault(f"cannot be read: {error.strerror}", script.path)) from error
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(InputFault("is not UTF-8: save it as UTF-8", script.path, line)) from None
        control = _CONTROL.search(text)
        if control:
            line = text.count("\n", 0, control.start()) + 1
            raise InputError(InputFault(f"control character U+{ord(control[0]):04X}: is this a text file?", script.path, line))
        return text


def finish(script: Script, raw: str, origins: Origins, unknown: tuple[str, ...] = ()) -> Rendered:
    """What schemachange does to rendered text before it hashes it."""
    body = raw.removeprefix("\ufeff")
    text = body.strip()
    skipped = len(raw) - len(body) + len(body) - len(body.lstrip())
    text = text[:-1] if text.endswith(";") else text
    origins = origins.shifted(skipped)
    if not text.strip():
        raise InputError(InputFault("renders to nothing: check its variables and conditions, or remove the script", script.path))
    if not _without_comments(text):
        raise InputError(InputFault("holds comments only: add a statement, or remove the script", script.path))
    bad = _CONTROL.search(text) or re.search("[\ud800-\udfff]", text)
    if bad:
        place = origins.locate(bad.start())
        raise InputError(InputFault(f"renders to the character U+{ord(bad[0]):04X}, which no statement may hold", place.file, place.line))
    return Rendered(script, text, checksum(text), origins, unknown)


def _without_comments(text: str) -> str:
    """By schemachange's expressions, faults included: both must refuse the same scripts."""
    text = re.sub(r"--[^\n]*", "", text)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace(";", "").strip()
