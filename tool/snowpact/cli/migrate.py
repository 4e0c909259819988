"""`snowpact migrate plan | apply | status | repair | new`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from snowpact.cli.options import Settings, common, emit, target_option, vars_option

if TYPE_CHECKING:
    from snowpact.judging import Judging
    from snowpact.plan import Planned
    from snowpact.prepare import Prepared
    from snowpact.project import TargetConfig
    from snowpact.targets.protocol import Target


rehearse_option = click.option(
    "--rehearse",
    is_flag=True,
    help="Also run what is pending on a throw-away engine first, so that a row that does not fit is told before anything runs.",
)


@contextmanager
def situation(settings: Settings, target_name: str | None, variables: tuple[str, ...]) -> Iterator[tuple[Prepared, TargetConfig, Target]]:
    """The project's files as a target sees them, and the open target."""
    from snowpact.connect import open_target
    from snowpact.prepare import Rendering, prepare

    project = settings.project()
    config = project.target(target_name)
    selected = settings.selected(project)
    prepared = prepare(project, selected, config, Rendering(variables, live=True), settings.allow_empty)
    with open_target(project, config) as target:
        yield prepared, config, target


def judging(settings: Settings, adopting: bool, **more: Any) -> Judging:
    from snowpact.judging import Judging
    from snowpact.model.finding import Severity

    return Judging(Severity(settings.fail_on), adopting, settings.progress if settings.verbose else lambda text: None, **more)


@click.command(
    "plan",
    help="""Pending scripts, the changes they make, and the gate's verdict. Nothing is run on the target.

    \b
    Example:
      snowpact migrate plan --target local --format json
    """,
)
@target_option
@vars_option
@rehearse_option
@common
def plan(settings: Settings, target: str | None, variables: tuple[str, ...], rehearse: bool) -> int:
    from snowpact.plan import plan as planned

    with situation(settings, target, variables) as (prepared, config, opened):
        return emit(foreseen(settings, planned, prepared, config, opened, rehearse=rehearse).report, settings)


def foreseen(
    settings: Settings, planned: Any, prepared: Prepared, config: TargetConfig, opened: Target, **asked: Any
) -> Planned:
    """The plan; progress is shown where its scripts are rehearsed."""
    from snowpact.cli.progress import Progress

    total = sum(len(item.scripts) for item in prepared.chosen)
    with Progress("rehearsing", total, settings) as bar:
        return planned(prepared, config, opened, judging(settings, True, progress=lambda script: bar.step(script.script.path), **asked))


@click.command(
    "apply",
    help="""Judge what is pending, and run it when every promise is kept. Never asks.

    What is pending is predicted from its text, and rehearsed on a throw-away engine where the text does not tell it.

    Stops at the first statement that fails; the ledger tells what ran.

    \b
    Example:
      snowpact migrate apply --pipeline meetup
    """,
)
@target_option
@vars_option
@rehearse_option
@common
def apply(settings: Settings, target: str | None, variables: tuple[str, ...], rehearse: bool) -> int:
    from snowpact.apply import apply as run
    from snowpact.cli.progress import Progress
    from snowpact.model.report import Verdict
    from snowpact.plan import plan as planned

    with situation(settings, target, variables) as (prepared, config, opened):
        found = foreseen(settings, planned, prepared, config, opened, rehearse=rehearse)
        if found.report.verdict is Verdict.BLOCKED:
            from dataclasses import replace

            return emit(replace(found.report, command="migrate apply", summary={**found.report.summary, "applied": 0}), settings)
        with Progress("applying", len(found.todo), settings) as bar:
            report = run(found, lambda script: bar.step(script.script.path))
        return emit(report, settings)


@click.command(
    "status",
    help="""The ledger against the files: what was applied, is pending, late, edited, failed or missing.

    \b
    Example:
      snowpact migrate status --format json
    """,
)
@target_option
@vars_option
@common
def status(settings: Settings, target: str | None, variables: tuple[str, ...]) -> int:
    from snowpact.status import lines
    from snowpact.status import status as told

    with situation(settings, target, variables) as (prepared, config, opened):
        report = told(prepared, config, opened)
    if settings.format == "text" and settings.output is None:
        click.echo("\n".join(lines(report)))
        return 0
    return emit(report, settings)


@click.command(
    "repair",
    help="""Mend the ledger; nothing else on the target is touched.

    \b
    --accept FILE        an edited script counts as applied in its present form
    --forget-failed FILE remove the failed runs of a script
    --mark-applied FILE  a script whose effects are there counts as applied, without running it
    --forget NAME        remove every row of a script whose file is gone for good

    \b
    Example:
      snowpact migrate repair --accept migrations/meetup/V1.3.0__channels.sql
    """,
)
@click.option("--accept", multiple=True, metavar="FILE")
@click.option("--forget-failed", multiple=True, metavar="FILE")
@click.option("--mark-applied", multiple=True, metavar="FILE")
@click.option("--forget", multiple=True, metavar="NAME")
@target_option
@vars_option
@common
def repair(settings: Settings, target: str | None, variables: tuple[str, ...], **what: tuple[str, ...]) -> int:
    from snowpact.model.errors import InputError
    from snowpact.repair import Repairs
    from snowpact.repair import repair as mend

    repairs = Repairs(**what)
    if not repairs:
        raise InputError(
            "say what to mend: --accept, --forget-failed, --mark-applied or --forget; `snowpact migrate status` shows what is wrong"
        )
    with situation(settings, target, variables) as (prepared, _, opened):
        report = mend(prepared, opened, repairs)
    if settings.format == "text" and settings.output is None:
        click.echo("\n".join(report.summary["repaired"]))
        return 0
    return emit(report, settings)


@click.command(
    "new",
    help="""The next version's file, empty but for its head.

    \b
    Example:
      snowpact migrate new add_region --pipeline meetup
    """,
)
@click.argument("name")
@common
def new(settings: Settings, name: str) -> int:
    from snowpact.new import new as write

    project = settings.project()
    path = write(project, settings.selected(project), name)
    click.echo(path)
    return 0
