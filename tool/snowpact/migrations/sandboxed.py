"""The process that renders: it reads requests from standard input and answers on standard output, and nothing more.

It is started with an empty environment, without access to the program's memory, and bounded by the kernel: memory, no
files written, a timer that ends it even when nobody is left to do so. Imports jinja2 and little else, to start fast.
https://jinja.palletsprojects.com/en/stable/sandbox/: the sandbox alone does not bound time or memory.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import sys
from functools import partial
from typing import Any, BinaryIO

import jinja2
import jinja2.sandbox

from snowpact.migrations.marks import FILTERS, Marking, unmark
from snowpact.migrations.origins import Origins, Place, align
from snowpact.migrations.wire import HEADER, decode, frame

jinja2.sandbox.MAX_RANGE = 10_000_000  # loops of more than 100,000 rounds are legal; time and memory are bounded

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UNDEFINED = re.compile(r"'(.+)' is undefined")
_FACTOR = 4
"""How much longer than the clean text the marked one may be."""


class Refused(Exception):
    """What this process does not do for a template; the text is for the author."""

    def __init__(self, message: str, file: str | None = None, line: int | None = None):
        super().__init__(message)
        self.message, self.file, self.line = message, file, line


class Environment(jinja2.sandbox.SandboxedEnvironment):
    """places: what the markers of ``Marking`` stand for; noticing: which templates may see them. Unused where that is not on."""

    def __init__(self, **options: Any):
        self.places: list[Place] = []
        self.noticing: dict[str | None, bool] = {}
        super().__init__(**options)


class ProjectLoader(jinja2.BaseLoader):
    """The scripts' folder, then the modules' below ``modules/``; nothing outside the project, whatever links say."""

    def __init__(self, project: str, root: str, modules: str | None, most: int):
        self.project, self.root, self.modules, self.most = os.path.realpath(project), root, modules, most
        self.base = os.path.abspath(project)

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        parts = template.split("/")
        if ".." in parts or "\\" in template or "\0" in template:
            raise Refused(f"the template {template!r} leads out of the folder: name it as seen from the scripts' folder, or as modules/…")
        candidates = [os.path.join(self.root, *filter(None, parts))]
        if self.modules and parts[0] == "modules":
            candidates.append(os.path.join(self.modules, *filter(None, parts[1:])))
        for path in candidates:
            if os.path.isfile(path):
                file = os.path.relpath(path, self.base).replace(os.sep, "/")
                return self._read(path, file), file, partial(_unchanged, path, _stamp(path))
        raise jinja2.TemplateNotFound(template)

    def _read(self, path: str, file: str) -> str:
        real = os.path.realpath(path)
        if os.path.commonpath([real, self.project]) != self.project:
            raise Refused("is a link that leads out of the project", file)
        with open(path, "rb") as stream:
            data = stream.read(self.most + 1)
        if len(data) > self.most:
            raise Refused(f"is larger than {self.most:,} bytes", file)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise Refused("is not UTF-8", file, data.count(b"\n", 0, error.start) + 1) from None
        control = _CONTROL.search(text)
        if control:
            raise Refused(f"control character U+{ord(control[0]):04X}", file, text.count("\n", 0, control.start()) + 1)
        return text


def _stamp(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size


def _unchanged(path: str, stamp: tuple[int, int]) -> bool:
    return _stamp(path) == stamp


class Templates:
    """Renders templates of one project: marked, for the positions; and clean, for the text, where a template may notice the marks."""

    def __init__(self, settings: dict[str, Any]):
        self.variables = settings["variables"]
        self.environ: dict[str, str] = settings["environ"]
        self.reveal: set[str] | None = None if settings["reveal"] is None else set(settings["reveal"])
        self.most: int = settings["output"]
        self.memory: int = settings["memory"]
        self.asked: set[str] = set()
        loader = ProjectLoader(settings["project"], settings["root"], settings["modules"], self.most)
        self.clean = self._environment(loader)
        self.marked = self._environment(loader, extensions=[Marking])
        self.marked.filters.update(FILTERS)

    def _environment(self, loader: jinja2.BaseLoader, **options: Any) -> Environment:
        environment = Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=False, **options)
        environment.globals["env_var"] = self._env_var
        return environment

    def _env_var(self, env_var: str, default: str | None = None) -> str:
        """schemachange's, but for names that are not revealed: their default, or a mark that says what is unknown."""
        self.asked.add(str(env_var))
        if self.reveal is not None and env_var not in self.reveal:
            return default if default is not None else f"<env {env_var}>"
        value = self.environ.get(env_var, default)
        if value is None:
            raise Refused(f"the environment variable {env_var} is not set, and env_var was given no default")
        return value

    def render(self, request: dict[str, Any]) -> dict[str, Any]:
        if not request.get("template"):
            return self._answer(self._run(self.clean, request, self.most), Origins(""))
        marked = self._marked(request)
        if marked is not None and len(marked[0]) <= self.most and not self.marked.noticing[request["template"]]:
            return self._answer(*marked)
        text = self._run(self.clean, request, self.most)
        other, known = marked or self._unmarked(request)
        return self._answer(text, known if other == text else align(text, other, known))

    def _answer(self, text: str, origins: Origins) -> dict[str, Any]:
        found = {"offsets": list(origins.offsets), "pieces": list(origins.pieces), "places": origins.places}
        return {"text": text, "origins": found, "env": sorted(self.asked)}

    def _run(self, environment: Environment, request: dict[str, Any], most: int) -> str:
        self.asked.clear()
        random.seed(0)  # the filter `random` shall choose the same each time, or no checksum would hold
        name = request.get("template")
        template = environment.get_template(name) if name else environment.from_string(request["source"])
        pieces, length = [], 0
        for piece in template.generate(decode(self.variables) if name else {}):
            pieces.append(piece)
            length += len(piece)
            if length > most:
                raise Refused(f"the rendered text is longer than {most:,} characters")
        return "".join(pieces)

    def _marked(self, request: dict[str, Any]) -> tuple[str, Origins] | None:
        """The marked rendering without its markers, and what they said; None where it failed: the clean one says why, if it does."""
        try:
            return unmark(self._run(self.marked, request, self.most * _FACTOR), self.marked.places, request["file"])
        except (MemoryError, RecursionError):
            raise
        except Exception:  # the clean one is about to tell, unless the markers themselves made it fail
            return None

    def _unmarked(self, request: dict[str, Any]) -> tuple[str, Origins]:
        """The source, for want of a marked rendering."""
        source = self.clean.loader.get_source(self.clean, request["template"])[0]  # type: ignore[union-attr]
        text = re.sub("\r\n?", "\n", source)
        return text, Origins.verbatim(request["file"], text)


def fault(error: BaseException, memory: int) -> dict[str, Any]:
    """What is wrong with a template, in its author's words, and where."""
    file, line = _place(error)
    found = _UNDEFINED.fullmatch(str(error)) if isinstance(error, jinja2.UndefinedError) else None
    text = _message(error, memory)[:2000]
    text = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)  # a terminal will show it
    spent = isinstance(error, MemoryError | RecursionError)  # what it holds on to may not be free again: start anew
    return {"fault": {"message": text, "undefined": found and found[1], "file": file, "line": line}, "spent": spent}


def _place(error: BaseException) -> tuple[str | None, int | None]:
    if isinstance(error, Refused) and error.file:
        return error.file, error.line
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.filename or error.name, error.lineno
    place, trace = (None, None), error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:  # the frames that Jinja rewrites to the template's own
            place = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return place


def _message(error: BaseException, memory: int) -> str:
    match error:
        case Refused():
            return error.message
        case jinja2.UndefinedError():
            return str(error)
        case jinja2.TemplateSyntaxError():
            return f"template syntax: {error.message}"
        case jinja2.TemplateNotFound():
            return f"there is no template {error.name!r}: name it as seen from the scripts' folder, or as modules/… for the modules folder"
        case jinja2.sandbox.SecurityError():
            return f"templates may not do that: {error}"
        case MemoryError():
            return f"the template needs more than {memory >> 20} MB of memory"
        case RecursionError():
            return "the template is nested, or calls itself, too deeply"
    return f"{type(error).__name__}: {error}"


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """The first message holds the settings; each one after that is a request."""
    settings = _read(requests)
    if settings is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform != "darwin":  # macOS refuses to set it [M]; time and output are bounded there too
        resource.setrlimit(resource.RLIMIT_AS, (settings["memory"], settings["memory"]))
    templates = Templates(settings)
    _answer(answers, {"ready": True})
    while (request := _read(requests)) is not None:
        signal.setitimer(signal.ITIMER_REAL, settings["seconds"] * 2)  # only bites when the parent is gone: it kills earlier
        try:
            answer = frame(templates.render(request))
        except BaseException as error:
            answer = frame(fault(error, settings["memory"]))
        answers.write(answer)
        answers.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(stream: BinaryIO) -> Any:
    header = stream.read(HEADER)
    return json.loads(stream.read(int.from_bytes(header, "big"))) if len(header) == HEADER else None


def _answer(stream: BinaryIO, message: object) -> None:
    stream.write(frame(message))
    stream.flush()


def main() -> None:
    """Standard output is kept for answers; whatever would print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    serve(os.fdopen(0, "rb"), answers)
