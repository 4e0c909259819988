"""From an error to a message and an exit code. A user never sees a traceback, unless a fault of ours meets ``-v``."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import click

from snowpact.cli.options import FORMATS, lying
from snowpact.model.errors import InputError, InputFault, SnowpactError


def guarded(program: click.Group, arguments: Sequence[str]) -> int:
    """Run ``program``; its exit code. Errors go to standard error, and as a report where ``--format`` or ``--output`` say."""
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
    format, output = _last(arguments, "--format"), _last(arguments, "--output")
    if format in FORMATS[1:]:
        from snowpact.model.report import Report, Verdict
        from snowpact.reports.registry import renderer

        place = lying(Path(_last(arguments, "--project") or "."))
        report = Report(_command(program, arguments), Verdict.ERROR, errors=tuple(faults), place=place)
        _leave(renderer(format)(report, False), output)
    return code


def _leave(text: str, output: str | None) -> None:
    """In the file that was asked for; where that can't be written, perhaps the very error, on standard output."""
    if output is not None:
        with suppress(OSError):
            Path(output).write_text(text, encoding="utf-8")
            return
    click.echo(text, nl=False)


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


def _last(arguments: Sequence[str], option: str) -> str | None:
    """The value that the words give an option, the last where there are several: the parser may not have come to it."""
    joined = [word.partition("=")[2] for word in arguments if word.startswith(f"{option}=")]
    apart = [value for word, value in pairwise(arguments) if word == option]
    return next(reversed([*joined, *apart]), None)


def _printable(text: str) -> str:
    """Without terminal sequences that a file name or a server's message might carry."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
