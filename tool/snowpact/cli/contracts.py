"""`contracts check | list | show | diff`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from snowpact.cli.options import Settings, common, emit, vars_option

if TYPE_CHECKING:
    from snowpact.configured import Rendering
    from snowpact.explain import Ground
    from snowpact.model.report import Report
    from snowpact.prepare import Prepared


@click.command(
    "check",
    help="""Check the contracts. Offline unless a target is named: nothing is run, nothing is connected to.

    \b
    Example:
      contracts check
      contracts check --base origin/main
      contracts check --target local --data
    """,
)
@click.option("--base", metavar="REF", help="Also judge how the contracts evolved since HEAD parted from this branch, tag or commit.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day for waivers and remove_after; default today.")
@click.option("--target", metavar="NAME", help="Check against this target's live schema and what is pending there.")
@click.option("--data", is_flag=True, help="With --target: also check its rows: quality, freshness, and what VARIANT columns hold.")
@click.option("--env", "env", metavar="NAME", help="Render with this target's variables, without connecting; default default_target.")
@click.option("--allow-env", "allowed", multiple=True, metavar="NAME", help="An environment variable that templates may read.")
@click.option("--explain", metavar="FINDING", help="RULE or RULE:OBJECT: the predicted objects before and after the statement to blame.")
@click.option("--no-cache", is_flag=True, help="Work it out anew: neither read nor write the user's cache.")
@vars_option
@common
def check(
    settings: Settings,
    base: str | None,
    as_of: datetime | None,
    target: str | None,
    data: bool,
    env: str | None,
    allowed: tuple[str, ...],
    explain: str | None,
    no_cache: bool,
    variables: tuple[str, ...],
) -> int:
    day = as_of.date() if as_of else None
    if data and target is None:
        raise click.UsageError("--data looks at rows, and so needs --target")
    if target is not None:
        from snowpact.check import Since, check_target
        from snowpact.cli.migrate import judging, situation

        with situation(settings, target, variables) as (prepared, config, opened):
            report, ground = check_target(prepared, config, opened, judging(settings, adopting=False), Since(base, day), data)
        return emit(report, settings) if explain is None else _explained(settings, prepared, report, ground, explain)
    from snowpact.configured import Rendering

    rendering = Rendering(variables, live=False, allowed_env=allowed)
    if explain is not None:
        return _explained_offline(settings, base, day, env, rendering, explain)
    return emit(_offline(settings, base, day, env, rendering, no_cache), settings)


def _explained_offline(settings: Settings, base: str | None, day: date | None, env: str | None, rendering: Rendering, wanted: str) -> int:
    from snowpact.check import Since, check
    from snowpact.explain import offline
    from snowpact.model.finding import Severity
    from snowpact.prepare import prepare

    project = settings.project()
    config = project.target(env)
    prepared = prepare(project, settings.selected(project), config, rendering, settings.allow_empty)
    report = check(prepared, Severity(settings.fail_on), Since(base, day, rendering, config))
    return _explained(settings, prepared, report, offline(prepared), wanted)


def _explained(settings: Settings, prepared: Prepared, report: Report, ground: Ground, wanted: str) -> int:
    """The report with what it says of these findings; as text their explanation and the line that sums all up."""
    from dataclasses import replace

    from snowpact.cli.options import write
    from snowpact.explain import as_data, chosen, explain, lines
    from snowpact.model.report import Verdict
    from snowpact.reports.escape import clean
    from snowpact.reports.text import summary, told

    found = explain(prepared, chosen(report.findings, wanted), ground)
    if settings.format != "text":
        return emit(replace(report, summary={**report.summary, "explained": [as_data(one) for one in found]}), settings)
    parts = ["\n".join([*told(one.finding), "", *(clean(line) for line in lines(one))]) for one in found]
    write("\n\n".join([*parts, summary(report)]), settings)
    return 1 if report.verdict is Verdict.BLOCKED else 0


def _offline(settings: Settings, base: str | None, day: date | None, env: str | None, rendering: Rendering, no_cache: bool) -> Report:
    """The report, worked out or remembered. What works it out is imported when it must be: that takes longer than to remember."""
    from snowpact.cache import user_cache
    from snowpact.fingerprint import fingerprint
    from snowpact.remembered import remembered

    project = settings.project()
    chosen, config = settings.selected(project), project.target(env)
    said = {
        "pipelines": [pipeline.name for pipeline in chosen],
        "target": config.name,
        "variables": rendering.variables,
        "allowed": sorted(rendering.allowed_env),
        "fail_on": settings.fail_on,
        "allow_empty": settings.allow_empty,
        "base": base,
        "as_of": day and day.isoformat(),
    }

    def worked_out() -> Report:
        from snowpact.check import Since, check
        from snowpact.model.finding import Severity
        from snowpact.prepare import prepare

        prepared = prepare(project, chosen, config, rendering, settings.allow_empty)
        return check(prepared, Severity(settings.fail_on), Since(base, day, rendering, config))

    cache = None if no_cache else user_cache(project.root)
    return remembered(cache, lambda: fingerprint(project, said, rendering, base), worked_out)


@click.command(
    "list",
    help="""Every contract: object, version, owner, consumers.

    \b
    Example:
      contracts list --pipeline meetup
    """,
)
@common
def list_(settings: Settings) -> int:
    from snowpact.catalogue import contracts_of, listing
    from snowpact.cli.table import table

    contracts = contracts_of(settings.project(), settings.pipelines, settings.allow_empty)
    if settings.format != "text" or settings.output:
        return emit(listing(contracts), settings)
    rows = [
        (str(c.name), c.version, c.kind and str(c.kind), str(c.compatibility), c.owner, ", ".join(c.consumers), c.path) for c in contracts
    ]
    click.echo(table(("OBJECT", "VERSION", "KIND", "COMPATIBILITY", "OWNER", "CONSUMERS", "FILE"), rows))
    return 0


@click.command(
    "show",
    help="""One contract in full, by its object's name.

    \b
    Example:
      contracts show ANALYTICS.MARTS.CHANNELS
    """,
)
@click.argument("name")
@common
def show(settings: Settings, name: str) -> int:
    from snowpact.catalogue import contracts_of, described, find, text_of

    contract = find(contracts_of(settings.project(), settings.pipelines, settings.allow_empty), name)
    if settings.format != "text" or settings.output:
        return emit(described(contract), settings)
    click.echo(text_of(contract))
    return 0


@click.command(
    "diff",
    help="""How the contracts differ from those where HEAD parted from REF, and what the gate says of it.

    \b
    Example:
      contracts diff origin/main
    """,
)
@click.argument("ref")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day for waivers and remove_after; default today.")
@common
def diff(settings: Settings, ref: str, as_of: datetime | None) -> int:
    from dataclasses import replace

    from snowpact.contrast import contrast, text_of
    from snowpact.model.finding import Severity

    found = contrast(settings.project(), settings.pipelines, ref, Severity(settings.fail_on), as_of.date() if as_of else None)
    if settings.format != "text" or settings.output:
        return emit(found.report, settings)
    for pair in found.pairs:
        click.echo(f"{text_of(pair)}\n")
    return emit(replace(found.report, changes=()), settings)
