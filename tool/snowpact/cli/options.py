"""Options that commands share, and the one way in which a report leaves the program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from snowpact.model.report import Report
    from snowpact.project import Pipeline, Project

FORMATS = ("text", "json", "sarif", "junit", "markdown", "html", "github")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the common options say."""

    folder: Path
    pipelines: tuple[str, ...]
    format: str
    output: Path | None
    fail_on: str
    verbose: bool
    color: bool
    allow_empty: bool

    def project(self) -> Project:
        from snowpact.project import load

        return load(self.folder)

    def selected(self, project: Project) -> tuple[Pipeline, ...]:
        return project.select(self.pipelines)

    def progress(self, text: str) -> None:
        """Progress goes to standard error, so that a report can be piped."""
        click.echo(text, err=True)


_OPTIONS = (
    click.option(
        "--project", "folder", type=click.Path(path_type=Path), default=Path("."), metavar="DIR", help="The project; default here."
    ),
    click.option("--pipeline", "pipelines", multiple=True, metavar="NAME", help="Only this pipeline; repeatable; default all."),
    click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the report there."),
    click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True, help="What blocks."),
    click.option("-v", "--verbose", is_flag=True, help="Say more, on standard error."),
    click.option("--no-color", is_flag=True, help="Never colour the text."),
    click.option("--allow-empty", is_flag=True, help="No contract or no script is no error."),
)


def common_with(formats: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the common options, of these formats the first by default; it is called with ``settings`` first."""
    format_ = click.option("--format", type=click.Choice(formats), default=formats[0], show_default=True, help="What to print.")

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def called(
            folder: Path, pipelines: tuple[str, ...], format: str, output: Path | None, fail_on: str, verbose: bool, **rest: Any
        ) -> Any:
            color = not rest.pop("no_color") and output is None and _is_terminal()
            settings = Settings(folder, pipelines, format, output, fail_on, verbose, color, rest.pop("allow_empty"))
            return command(settings, **rest)

        for option in reversed((*_OPTIONS[:2], format_, *_OPTIONS[2:])):
            called = option(called)
        return called

    return decorated


common = common_with(FORMATS)


def target_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--target", metavar="NAME", help="A target of snowpact.toml; default its default_target.")(command)


def vars_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--vars", "variables", multiple=True, metavar="KEY=VALUE", help="A template variable, or a JSON object of them.")(
        command
    )


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def lying(folder: Path) -> str:
    """Where the project of a folder lies in its repository: "" at its top, or where there is no repository."""
    above = [folder.resolve(), *folder.resolve().parents]
    project = next((place for place in above if (place / "snowpact.toml").is_file()), above[0])
    top = next((place for place in (project, *project.parents) if (place / ".git").exists()), project)
    return "" if top == project else project.relative_to(top).as_posix()


def emit(report: Report, settings: Settings) -> int:
    """Print or write the report; the exit code that its verdict asks for."""
    from dataclasses import replace

    from snowpact.model.report import Verdict
    from snowpact.reports.escape import clean
    from snowpact.reports.registry import renderer

    if settings.verbose:
        for column in report.summary.get("not_exact", ()):
            settings.progress(clean("not exact: {object}.{column} {type}, {certainty}: {reason}".format_map(column)))
    write(renderer(settings.format)(replace(report, place=lying(settings.folder)), settings.color), settings)
    return 1 if report.verdict is Verdict.BLOCKED else 0


def write(text: str, settings: Settings) -> None:
    """To the file that was named, else to standard output."""
    if settings.output:
        _write(settings.output, text.rstrip("\n") + "\n")
    else:
        click.echo(text.rstrip("\n"))


def _write(path: Path, text: str) -> None:
    from snowpact.model.errors import InputError, InputFault

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(InputFault(f"can't be written: {error.strerror}", str(path))) from error
