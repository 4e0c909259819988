"""`snowpact lineage`."""

from __future__ import annotations

import importlib

import click

from snowpact.cli.options import Settings, common_with, vars_option, write

FORMATS = ("mermaid", "svg")


@click.command(
    "lineage",
    help="""What flows into what, drawn from the catalog that the migrations make. Offline: nothing is run.

    \b
    Example:
      snowpact lineage --pipeline meetup --format svg --output lineage.svg
    """,
)
@click.option("--env", "env", metavar="NAME", help="Render with this target's variables, without connecting; default default_target.")
@vars_option
@common_with(FORMATS)
def lineage(settings: Settings, env: str | None, variables: tuple[str, ...]) -> int:
    from snowpact.picture import predicted_picture
    from snowpact.prepare import Rendering, prepare

    project = settings.project()
    rendering = Rendering(variables, live=False)
    prepared = prepare(project, settings.selected(project), project.target(env), rendering, settings.allow_empty)
    write(importlib.import_module(f"snowpact.reports.{settings.format}").render(predicted_picture(prepared)), settings)
    return 0
