"""A Streamlit app that a migration made, run on this machine beside the embedded engine.

Streamlit's own ``st.connection("snowflake")`` finds the engine: the app's process is given a connections file that names its server,
and the app's warehouse, database and schema, as Streamlit in Snowflake would.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from snowpact.connect import local_config, open_target
from snowpact.model.catalog import Kind
from snowpact.model.errors import InputError
from snowpact.model.names import Name, NameSyntaxError
from snowpact.project import Project

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.objects import Record


def run_app(project: Project, target: str | None, name: str, port: int, ready: Callable[[], None]) -> None:
    """Serve the engine and run the app named ``name`` at ``port`` until interrupted or until the app ends.

    Raises InputError where Streamlit is not installed, or the app is not there or named ambiguously.
    """
    from snowpact.local.server import serve

    if importlib.util.find_spec("streamlit") is None:
        raise InputError("Streamlit is not installed: `pip install 'snowpact[streamlit]'`")
    with open_target(project, local_config(project, target)) as opened, tempfile.TemporaryDirectory(prefix="snowpact-app-") as home:
        engine: Engine = opened.engine
        app = _app(engine, name)
        with _child() as start:

            def serving(bound: int) -> None:
                _write_connection(Path(home), app, bound)
                start(_command(engine, app, port), {**os.environ, "SNOWFLAKE_HOME": home, "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true"})
                ready()

            serve(engine, port=0, ready=serving)


def _app(engine: Engine, name: str) -> Record:
    try:
        wanted = Name.parse(name).parts
    except NameSyntaxError as error:
        raise InputError(f"{name!r} is no name of an object: {error}") from error
    apps = [record for record in engine.state if record.object.kind is Kind.STREAMLIT]
    found = [record for record in apps if record.name.parts[-len(wanted) :] == wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted(str(record.name) for record in found or apps)) or "none"
    raise InputError(f"{name} is {'more than one app' if found else 'no Streamlit app of this engine'}; there are: {known}")


def _write_connection(home: Path, app: Record, port: int) -> None:
    """Only its owner may read a connections file: the connector warns otherwise."""
    database, schema, _ = app.name.parts
    settings = {
        "account": "snowpact", "user": "snowpact", "password": "none", "host": "127.0.0.1", "protocol": "http",
        "database": database, "schema": schema, "warehouse": app.object.property("query_warehouse") or "",
    }  # fmt: skip
    lines = ["[default]", f"port = {port}", *(f'{key} = "{value}"' for key, value in settings.items())]
    file = home / "connections.toml"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _command(engine: Engine, app: Record, port: int) -> list[str]:
    file = engine.store.stages / f"t{app.id}" / str(app.object.property("main_file"))
    if not file.is_file():
        raise InputError(f"the app {app.name} has no file {file.name}: put it on the stage and create the app again")
    options = {"address": "127.0.0.1", "port": str(port), "headless": "true", "fileWatcherType": "none"}
    words = [word for key, value in options.items() for word in (f"--server.{key}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(file), *words, "--browser.gatherUsageStats", "false"]


@contextmanager
def _child() -> Iterator[Callable[[list[str], dict[str, str]], None]]:
    """Starts one process that ends with this one; where it ends by itself, this one is told to stop serving."""
    children: list[subprocess.Popen[bytes]] = []
    leaving = threading.Event()

    def start(command: list[str], environment: dict[str, str]) -> None:
        child = subprocess.Popen(command, env=environment)
        children.append(child)
        threading.Thread(target=_watch, args=(child, leaving), daemon=True).start()

    try:
        yield start
    finally:
        leaving.set()
        for child in children:
            child.terminate()
            child.wait()


def _watch(child: subprocess.Popen[bytes], leaving: threading.Event) -> None:
    child.wait()
    if not leaving.is_set():
        os.kill(os.getpid(), signal.SIGTERM)
