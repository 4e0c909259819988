"""`snowpact local app`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "app",
    help="""Run a Streamlit app of the embedded engine in the browser: what CREATE STREAMLIT made.

    \b
    Example:
      snowpact local app CUSTOMER_360_DASHBOARD
      snowpact local app CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_DASHBOARD --port 8502
    """,
)
@click.argument("name")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--project", "folder", type=click.Path(path_type=Path), default=Path("."), metavar="DIR", help="The project; default here.")
@click.option("--target", "target_name", metavar="NAME", help="A target of type local; default the first of snowpact.toml.")
def app(name: str, port: int, folder: Path, target_name: str | None) -> int:
    from snowpact.app import run_app
    from snowpact.project import load

    run_app(load(folder), target_name, name, port, lambda: click.echo(f"{name} on http://127.0.0.1:{port}; Ctrl-C stops"))
    return 0
