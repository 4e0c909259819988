"""`snowpact drift`."""

from __future__ import annotations

import click

from snowpact.cli.options import Settings, common, emit, target_option, vars_option


@click.command(
    "drift",
    help="""The schema drift report: promises against the live schema, and what someone changed by hand.

    \b
    Example:
      snowpact drift --target local
      snowpact drift --format html --output drift.html
    """,
)
@target_option
@vars_option
@common
def drift(settings: Settings, target: str | None, variables: tuple[str, ...]) -> int:
    from snowpact.cli.migrate import judging, situation
    from snowpact.drift import drift as drifted

    with situation(settings, target, variables) as (prepared, config, opened):
        return emit(drifted(prepared, config, opened, judging(settings, adopting=False), settings.format == "html"), settings)
