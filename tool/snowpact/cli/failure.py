"""From an error to a message and an exit code. A user never sees a traceback, unless a fault of ours meets ``-v``."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from itertools import pairwise

import click

from snowpact.model.errors import InputError, InputFault, SnowpactError


def guarded(program: click.Group, arguments: Sequence[str]) -> int:
    """Run ``program``; its exit code. Errors go to standard error, and as a report to standard output in ``--format json``."""
    try:
        answer = program.main(args=list(arguments), prog_name=program.name, standalone_mode=False)
        return answer if isinstance(answer, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        return _report(program, arguments, 2, [InputFault(error.format_message())], _usage(error))
    except InputError as error:
        return _report(program, arguments, error.exit_code, error.faults)
    except SnowpactError as error:
        return _report(program, arguments, error.exit_code, [fault_of(error)])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except RecursionError:
        return _report(program, arguments, 2, [InputFault("the input is nested too deeply to be read")])
    except Exception as error:
        if "-v" in arguments or "--verbose" in arguments:
            traceback.print_exc()
        message = f"a fault of snowpact's own: {type(error).__name__}: {error}; run again with -v and report what it prints"
        return _report(program, arguments, 2, [InputFault(message)])


def fault_of(error: SnowpactError) -> InputFault:
    """A typed error as a fault of the report; a failed statement brings its place along."""
    place = getattr(error, "source", None)
    return InputFault(str(error), place.file if place else None, place.line if place else None)


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"Try '{context.command_path} --help' for help." if context else ""


def _report(program: click.Group, arguments: Sequence[str], code: int, faults: Sequence[InputFault], hint: str = "") -> int:
    for fault in faults:
        click.echo(f"error: {_printable(str(fault))}", err=True)
    if hint:
        click.echo(hint, err=True)
    if _wants_json(arguments):
        from snowpact.model.report import Report, Verdict
        from snowpact.reports.registry import renderer

        report = Report(_command(program, arguments), Verdict.ERROR, errors=tuple(faults))
        click.echo(renderer("json")(report, False), nl=False)
    return code


def _command(program: click.Group, arguments: Sequence[str]) -> str:
    """The command as reports name it: `migrate plan`, `contracts check`; the program where there is none."""
    names: list[str] = []
    group: click.Command | None = program
    for word in arguments:
        if not isinstance(group, click.Group) or word not in group.list_commands(click.Context(group)):
            break
        names.append(word)
        group = group.get_command(click.Context(group), word)
    return " ".join(names if names and program.name == "snowpact" else [str(program.name), *names])


def _wants_json(arguments: Sequence[str]) -> bool:
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _printable(text: str) -> str:
    """Without terminal sequences that a file name or a server's message might carry."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
