"""`snowpact local sql | serve | run | reset`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from snowpact.model.errors import InputError, InputFault, StatementError

if TYPE_CHECKING:
    from snowpact.sql.split import Statement
    from snowpact.targets.protocol import Result, Target

_project = click.option(
    "--project", "folder", type=click.Path(path_type=Path), default=Path("."), metavar="DIR", help="The project; default here."
)
_target = click.option("--target", "target_name", metavar="NAME", help="A target of type local; default the first of snowpact.toml.")


@click.command(
    "sql",
    help="""Run SQL on the embedded engine: one statement, a --file of them, standard input, or a prompt.

    \b
    Example:
      snowpact local sql "SELECT COUNT(*) FROM ANALYTICS.MARTS.CHANNELS"
      snowpact local sql --file migrations/meetup/teardown.sql
    """,
)
@click.argument("statement", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="F", help="A script.")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--keep-going", is_flag=True, help="Run the whole script and report each statement's outcome.")
@_project
@_target
def sql(statement: str | None, file: Path | None, format: str, keep_going: bool, folder: Path, target_name: str | None) -> int:
    if statement is not None and file is not None:
        raise InputError("give a statement or --file, not both")
    with _open(folder, target_name) as target:
        if statement is None and file is None and sys.stdin.isatty():
            return _prompt(target)
        statements = _statements(_script(statement, file), file)
        return _keep_going(target, statements, format) if keep_going else _run(target, statements, format)


def _open(folder: Path, name: str | None) -> Target:
    from snowpact.connect import open_local
    from snowpact.project import load

    return open_local(load(folder), name)


def _script(statement: str | None, file: Path | None) -> str:
    if statement is not None:
        return statement
    try:
        return file.read_text(encoding="utf-8") if file else sys.stdin.read()
    except OSError as error:
        raise InputError(InputFault(f"can't be read: {error.strerror}", str(file))) from error
    except UnicodeDecodeError as error:
        raise InputError(InputFault("is not UTF-8 text", str(file or "standard input"))) from error


def _statements(text: str, file: Path | None) -> list[Statement]:
    from snowpact.sql.split import split
    from snowpact.sql.tokens import SqlInputError, locate

    try:
        found = split(text)
    except SqlInputError as error:
        raise InputError(InputFault(error.message, str(file) if file else None, locate(text, error.offset)[0])) from error
    if not found:
        raise InputError("there is no statement to run")
    return found


def _outcomes(target: Target, statements: list[Statement]) -> Iterator[tuple[Statement, Result | StatementError]]:
    for statement in statements:
        try:
            yield statement, target.execute(statement.text)
        except StatementError as error:
            yield statement, error


def _run(target: Target, statements: list[Statement], format: str) -> int:
    """The rows of the last statement (JSON) or of each (text); the first failure stops with exit code 4."""
    last: Result | None = None
    for statement, outcome in _outcomes(target, statements):
        if isinstance(outcome, StatementError):
            click.echo(f"line {statement.line}: {outcome}", err=True)
            return outcome.exit_code
        last = outcome
        if format == "text":
            _print(outcome)
    if format == "json":
        from snowpact.cli.table import objects

        click.echo(json.dumps(objects(last.columns, last.rows) if last else [], ensure_ascii=False, indent=2))
    return 0


def _keep_going(target: Target, statements: list[Statement], format: str) -> int:
    answers: list[dict[str, Any]] = []
    for statement, outcome in _outcomes(target, statements):
        error = str(outcome) if isinstance(outcome, StatementError) else None
        answers.append({"line": statement.line, "ok": error is None, "error": error})
        if format == "text":
            click.echo(f"line {statement.line}: {error or 'ok'}")
    if format == "json":
        click.echo(json.dumps(answers, ensure_ascii=False, indent=2))
    return 0


def _print(result: Result) -> None:
    from snowpact.cli.table import table

    if result.columns:
        click.echo(table(result.columns, result.rows))


def _prompt(target: Target) -> int:
    """Statements ended by ``;``, until end of file or ``exit``."""
    click.echo("The embedded Snowflake. End a statement with ';'; `exit` or Ctrl-D leaves.")
    pending = ""
    while True:
        try:
            line = input("   ...> " if pending else "snowpact> ")
        except EOFError:
            click.echo()
            return 0
        if not pending and line.strip().lower() in {"exit", "quit", "exit;", "quit;"}:
            return 0
        pending += line + "\n"
        if pending.strip() and line.rstrip().endswith(";"):
            _answer(target, pending)
            pending = ""


def _answer(target: Target, text: str) -> None:
    try:
        _run(target, _statements(text, None), "text")
    except InputError as error:
        click.echo(str(error), err=True)


@click.command(
    "serve",
    help="""Serve the embedded engine over HTTP to any Snowflake client, on this machine only.

    \b
    Example:
      snowpact local serve --port 8084
      SNOWFLAKE_HOST=127.0.0.1 SNOWFLAKE_PORT=8084 SNOWFLAKE_PROTOCOL=http schemachange deploy …
    """,
)
@click.option("--port", type=click.IntRange(0, 65535), default=8084, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@_project
@_target
def serve(port: int, host: str, folder: Path, target_name: str | None) -> int:
    from snowpact.connect import serve_local
    from snowpact.project import load

    def ready(bound: int) -> None:
        click.echo(f"serving on http://{host}:{bound} (process {_pid()}); Ctrl-C stops")
        click.echo("connect with account 'snowpact', any user and password, protocol http", err=True)

    serve_local(load(folder), target_name, host, port, ready)
    return 0


def _pid() -> int:
    import os

    return os.getpid()


@click.command(
    "run",
    help="""Run the schedules: tasks, and dynamic tables by their target lags.

    With --for or --until on a simulated clock: CURRENT_TIMESTAMP and the histories show its time. It starts where the
    last simulation ended, or now; one that was killed goes on where it was. Without, on the machine's clock until Ctrl-C.

    \b
    Example:
      snowpact local run --for 24h
      snowpact local run --from 2026-03-07 --until 2026-03-10T12:00:00
    """,
)
@click.option("--for", "length", metavar="SPAN", help="How long: 90s, 30m, 24h, 7d.")
@click.option("--from", "start", metavar="TIME", help="A date or time, UTC unless it says otherwise.")
@click.option("--until", "until", metavar="TIME", help="The same; instead of --for.")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_project
@_target
def run(length: str | None, start: str | None, until: str | None, format: str, folder: Path, target_name: str | None) -> int:
    from snowpact.cli.schedule import report, span_of, telling
    from snowpact.connect import run_local
    from snowpact.project import load

    span = span_of(length, start, until)
    found, tell = telling()
    try:
        done = run_local(load(folder), target_name, span, tell)
    except KeyboardInterrupt:
        done = None
    report(found, done, format)
    return 0


@click.command(
    "reset",
    help="""Remove the embedded engine's files: a fresh start. Everything in it is lost.

    \b
    Example:
      snowpact local reset --yes
    """,
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_project
@_target
def reset(yes: bool, folder: Path, target_name: str | None) -> int:
    from snowpact.connect import reset_local
    from snowpact.project import load

    project = load(folder)
    if not yes and sys.stdin.isatty():
        click.confirm("Remove the embedded engine and everything in it?", abort=True)
    removed = reset_local(project, target_name)
    click.echo(f"removed {_shown(removed, project.root)}" if removed else "there was nothing to remove")
    return 0


def _shown(path: Path, root: Path) -> Path:
    """As the project's files are named everywhere: relative to it."""
    return path.relative_to(root) if path.is_relative_to(root) else path
