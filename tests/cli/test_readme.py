"""README.md and every `--help`: what they show as an example runs, and what they name is there."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.transcript import commands, played

from snowpact.cli.main import contracts, snowpact

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FIRST, OWN, COMMANDS = (next(block for block in BLOCKS if mark in block) for mark in ("$ snowpact", "mkdir shop", "contracts list |"))


def test_the_first_screen_is_what_is_printed(of_repository, tmp_path):
    """A line of ``…`` stands for any lines; all others are as printed."""
    printed = played(of_repository(tmp_path, "meetup"), "\n".join(shown for shown, _ in commands(FIRST)))
    shown = re.escape(FIRST.removesuffix("\n")).replace("…\\\n", "(?:.*\n)*?") + r"\n\[exit 1\]\n"
    assert re.fullmatch(shown, printed), printed


def test_a_project_of_ones_own_goes_as_written(tmp_path, project_in):
    project = project_in(tmp_path)
    lines = [line.split("  ")[0].strip() for line in OWN.splitlines()]
    for line in lines[lines.index("snowpact init") :]:
        answer = project.run(line)
        assert answer.code == 0, (line, answer)


def leaves(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, by its full name; `snowpact contracts …` is `contracts …`."""
    for word in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), word)
        inner = word if word == "contracts" else f"{name} {word}"
        yield from leaves(command, inner) if isinstance(command, click.Group) else [(inner, command)]


ALL = dict(leaves(snowpact, "snowpact"))


def test_the_commands_are_those_that_there_are():
    named = {}
    for line in COMMANDS.splitlines():
        usage = re.split(r" {2,}", line)[0]
        first, *others = usage.split(" | ")
        words = re.match(r"(?:[a-z]+ ?)+", first).group().split()
        named |= {" ".join([*words[:-1], word.split()[0]]): usage for word in (words[-1], *others)}
    assert named.keys() == ALL.keys()
    for command, usage in named.items():
        options = {option for parameter in ALL[command].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", usage)) <= options, usage


GROUPS = {"snowpact": snowpact, "contracts": contracts} | {
    f"snowpact {word}": snowpact.get_command(click.Context(snowpact), word) for word in ("migrate", "local")
}
WAITS = ("snowpact local serve", "snowpact local app", "snowpact local run", "SNOWFLAKE_HOST")
"""What goes on until it is ended, or for long; tests of its own play it."""


def examples() -> Iterator[tuple[str, str]]:
    for name, command in {**GROUPS, **ALL}.items():
        example = re.search(r"Example:\n((?: +\S.*\n?)+)", command.help)
        assert example, f"{name} --help shows no example"
        for line in example[1].splitlines():
            if not line.strip().startswith(WAITS):
                yield name, line.strip()


@pytest.mark.parametrize(("name", "line"), list(examples()), ids=[line for _, line in examples()])
def test_every_example_of_a_help_runs(project, name, line):
    (project.folder / "shop").mkdir()
    (project.folder / ".gitignore").write_text(".snowpact/\n")
    for git in ("init -q", "add .", "-c user.name=t -c user.email=t@t commit -qm base", "update-ref refs/remotes/origin/main HEAD"):
        subprocess.run(["git", *shlex.split(git)], cwd=project.folder, check=True)
    for part in re.split(r" {2,}", line)[0].split(" && "):
        if part == "mkdir shop":
            continue
        if part == "cd shop":
            project = type(project)(project.folder / "shop")
            continue
        answer = project.run(part)
        assert answer.code == 0, (part, answer)
