"""The program: `snowpact`, and its contracts group installed as `contracts`.

Only click is imported here. A group knows its commands' names and one-line helps from a table and imports a command's
module when it is called, so that `snowpact --help` costs what importing click costs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from snowpact import __version__

Entry = tuple[str, str, str]
"""(module below snowpact.cli, name of the command in it, one line of help)"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.entries:
            return None
        module, name, _ = self.entries[cmd_name]
        return getattr(importlib.import_module(f"snowpact.cli.{module}"), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in self.entries.items()])


def group(name: str, help: str, entries: Mapping[str, Entry], **kwargs: Any) -> LazyGroup:
    return LazyGroup(name=name, help=help, entries=entries, context_settings={"help_option_names": ["-h", "--help"]}, **kwargs)


contracts = group(
    "contracts",
    """What consumers were promised.

    \b
    Example:
      contracts check                     offline: nothing is run, nothing is connected to
      contracts check --base origin/main  also how the contracts evolved
      contracts check --target local      against the live schema and what is pending there
    """,
    {
        "check": ("contracts", "check", "Check the contracts; the check for pull requests."),
        "list": ("contracts", "list_", "Every contract: object, version, owner, consumers."),
        "show": ("contracts", "show", "One contract in full."),
        "diff": ("contracts", "diff", "How the contracts evolved since a branch, tag or commit."),
    },
)

migrate = group(
    "migrate",
    """Versioned SQL migrations.

    \b
    Example:
      snowpact migrate new add_region --pipeline meetup
      snowpact migrate plan && snowpact migrate apply
    """,
    {
        "plan": ("migrate", "plan", "Pending scripts, the changes they make, the gate's verdict."),
        "apply": ("migrate", "apply", "The same, then run them."),
        "status": ("migrate", "status", "The ledger against the files."),
        "repair": ("migrate", "repair", "Mend the ledger."),
        "new": ("migrate", "new", "The next version's file."),
    },
)

local = group(
    "local",
    """The embedded Snowflake: the default target.

    \b
    Example:
      snowpact local sql "SELECT CURRENT_VERSION()"
      snowpact local serve --port 8084
    """,
    {
        "sql": ("local", "sql", "Run SQL; a prompt without an argument."),
        "serve": ("local", "serve", "An HTTP server for any Snowflake client."),
        "run": ("local", "run", "Its scheduler: tasks and dynamic tables, a day in seconds."),
        "app": ("app", "app", "Run a Streamlit app that a migration made."),
        "reset": ("local", "reset", "A fresh start: remove the engine's files."),
    },
)

_COMMANDS: dict[str, Entry] = {
    "init": ("init", "init", "A project skeleton that passes `contracts check`."),
    "migrate": ("main", "migrate", "Versioned SQL migrations: plan, apply, status, repair, new."),
    "contracts": ("main", "contracts", "What consumers were promised: check, list, show, diff."),
    "drift": ("drift", "drift", "The schema drift report."),
    "rehearse": ("rehearse", "rehearse", "Run pending migrations on a throw-away engine and compare."),
    "lineage": ("lineage", "lineage", "What flows into what, as Mermaid or SVG."),
    "rules": ("rules", "rules", "Every rule, or one explained."),
    "local": ("main", "local", "The embedded Snowflake: sql, serve, run, reset."),
}

snowpact = group(
    "snowpact",
    """Data contracts for Snowflake: versioned migrations, promises to consumers, and a gate between them.

    \b
    Example:
      mkdir shop && cd shop && snowpact init
      snowpact migrate apply && contracts check --target local && snowpact drift

    Exit codes: 0 passed, 1 blocked by findings, 2 usage or input, 3 target unreachable, 4 a statement failed,
    5 held by another process.
    """,
    _COMMANDS,
)
click.version_option(__version__, package_name="snowpact")(snowpact)


def run(arguments: list[str] | None = None, program: LazyGroup = snowpact) -> None:
    """Entry point of ``snowpact``: runs, reports any error in the format asked for, and exits."""
    from snowpact.cli.failure import guarded
    from snowpact.collector import seldom

    seldom()
    sys.exit(guarded(program, sys.argv[1:] if arguments is None else arguments))


def run_contracts(arguments: list[str] | None = None) -> None:
    """Entry point of ``contracts``."""
    run(arguments, contracts)
