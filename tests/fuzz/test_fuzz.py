"""Whatever text there is: an answer or the error that is meant for it, never another one and never an endless wait.

A failure prints its seed; ``Spoiler(corpus, seed)`` makes the same text again.
"""

from __future__ import annotations

import importlib
import pkgutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from snowpact.contracts.load import read
from snowpact.local.engine import Engine
from snowpact.migrations.render import Limits, Renderer
from snowpact.migrations.script import Script
from snowpact.model.errors import InputError, StatementError
from snowpact.sql import statements as families
from snowpact.sql import typing
from snowpact.sql.classify import classify
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError, tokenize


def _parsers() -> Iterator[Callable[[str], object]]:
    """Every ``parse_…`` of the statement parsers."""
    for module in pkgutil.iter_modules(families.__path__):
        found = importlib.import_module(f"{families.__name__}.{module.name}")
        yield from (value for name, value in vars(found).items() if name.startswith("parse_") and value.__module__ == found.__name__)


PARSERS = (tokenize, split, classify, *_parsers())
TIMERS = ((signal.ITIMER_PROF, signal.SIGPROF, 5), (signal.ITIMER_REAL, signal.SIGALRM, 20))
"""Seconds for one text: five of the processor, which other work on the machine does not lengthen, and a clock's for what waits."""
SHORT, LONG = 0.4, 120.0
"""Seconds for each of the five in the suite, and in the soak run: ten minutes in all."""
TEMPLATES = (
    "{% for i in range(3) %}SELECT {{ i }} {{ name | upper }};{% endfor %}",
    "{% set a = [1] %}{{ a.append(2) or a }} {{ env_var('X', 'y') }} {# comment #}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{% if name == 'x' %}{{ m(name) }}{% else %}{% include 'V1__it.sql' %}{% endif %}",
)
long_too = pytest.mark.parametrize("seconds", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.soak)])


class Hang(BaseException):
    """No answer in time."""


@contextmanager
def _patience() -> Iterator[None]:
    def late(*_: object) -> None:
        raise Hang

    before = [signal.signal(sent, late) for _, sent, _ in TIMERS]
    for timer, _, seconds in TIMERS:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (timer, sent, _), handler in zip(TIMERS, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sent, handler)


def fuzz(what: str, seconds: float, make: Callable[[str], object], run: Callable[[object], None], allowed: tuple) -> None:
    """Run until the time is over. The long run starts elsewhere, so that two runs see different texts."""
    start = "0" if seconds == SHORT else str(time.time_ns())
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        seed = f"{what}/{start}/{number}"
        text = make(seed)
        try:
            with _patience():
                run(text)
        except allowed:
            pass
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            pytest.fail(f"seed {seed!r}: {type(error).__name__}: {error}\n{text!r}")
        number += 1
    assert number > 3, "too slow to have tried anything"


@long_too
def test_parsers(seconds: float, statements: list[str], spoiler) -> None:
    def run(text: object) -> None:
        for parse in PARSERS:
            try:
                parse(text)
            except SqlInputError as error:
                assert 0 <= error.offset <= len(text), f"{parse.__name__} points outside the text"

    fuzz("parsers", seconds, lambda seed: spoiler(statements, seed).text(), run, ())


@long_too
def test_query_typing(seconds: float, statements: list[str], spoiler) -> None:
    queries = [text for text in statements if text.lstrip()[:6].upper() in ("SELECT", "WITH A", "WITH Q")]

    def run(text: object) -> None:
        typing.output_columns(text, lambda name: None)

    fuzz("typing", seconds, lambda seed: spoiler(queries, seed).text(), run, (SqlInputError,))


@long_too
def test_templates(seconds: float, scripts: list[str], spoiler, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    script = Script("V", "1", "It", "V1__it.sql", "migrations/V1__it.sql", "p")
    templates = [*scripts, *TEMPLATES]

    def run(raw: object) -> None:
        (folder / script.name).write_bytes(raw)
        rendered = renderer.render(script)
        for statement in split(rendered.text):
            rendered.locate(statement.start)

    with Renderer(tmp_path, Path("migrations"), None, {"name": "x"}, limits=Limits(seconds=3)) as renderer:
        fuzz("templates", seconds, lambda seed: spoiler(templates, seed).data(), run, (InputError, SqlInputError))


@long_too
def test_contracts(seconds: float, contracts: list[str], spoiler) -> None:
    fuzz("contracts", seconds, lambda seed: spoiler(contracts, seed).data(), lambda raw: read(raw, "f.avsc"), (InputError,))


@long_too
def test_the_engine(seconds: float, statements: list[str], spoiler) -> None:
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)

        def run(text: object) -> None:
            try:
                session.execute(text)
            finally:
                session.execute("ROLLBACK")
                assert session.execute("SELECT 1").rows[0] == (1,), "the session is broken"

        fuzz("engine", seconds, lambda seed: spoiler(statements, seed).text(), run, (StatementError,))
