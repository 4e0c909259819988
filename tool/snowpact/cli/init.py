"""`snowpact init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "init",
    help="""Make a project skeleton that passes `contracts check`.

    Beside a schemachange-config.yml: a snowpact.toml for the scripts that are there.

    \b
    Example:
      mkdir shop && cd shop && snowpact init && snowpact migrate apply && snowpact drift
    """,
)
@click.option(
    "--project", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("."), metavar="DIR", help="Where; default here."
)
def init(folder: Path) -> int:
    from snowpact.init import init as write
    from snowpact.init import is_schemachange

    for path in write(folder):
        click.echo(f"wrote {path}")
    switched = "contracts check --allow-empty, snowpact migrate plan --allow-empty, a first contract in contracts/"
    click.echo(f"next: {switched if is_schemachange(folder) else 'contracts check, snowpact migrate apply, snowpact drift'}")
    return 0
