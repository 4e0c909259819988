"""`snowpact rehearse`."""

from __future__ import annotations

import click

from snowpact.cli.options import Settings, common, emit, target_option, vars_option


@click.command(
    "rehearse",
    help="""Run the pending migrations on a throw-away embedded engine, judge what they leave, and compare that with the prediction.

    What no text tells is found here: a row that does not fit, a procedure that fails. Nothing is run on the target.

    \b
    Example:
      snowpact rehearse --pipeline meetup
      snowpact rehearse --target local --format json
    """,
)
@target_option
@vars_option
@common
def rehearse(settings: Settings, target: str | None, variables: tuple[str, ...]) -> int:
    from functools import partial

    from snowpact.cli.migrate import foreseen, situation
    from snowpact.plan import plan

    with situation(settings, target, variables) as (prepared, config, opened):
        return emit(foreseen(settings, partial(plan, command="rehearse"), prepared, config, opened, rehearse=True).report, settings)
