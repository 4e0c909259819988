"""A transcript, as text: commands and what they print.

A line that begins with ``$`` is a command (``>`` continues it, for a here-document), the lines below it are what it prints:
standard output, then standard error, and ``[exit N]`` where N is not 0. Commands other than ours are the shell's. Times and
query ids are ``<time>`` and ``<id>``; a line of ``# …`` is a remark.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

OURS = ("snowpact ", "contracts ")
_CHANGING = {
    "<time>": re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)?(?:\+00:00)?"),
    "<date>": re.compile(r"(?<=applied )\d{4}-\d\d-\d\d"),
    "<id>": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
}


def commands(text: str) -> Iterator[tuple[str, str]]:
    """(remarks and command as written, the command)."""
    shown: list[str] = []
    command: list[str] = []
    for line in text.splitlines():
        if line.startswith(("$ ", "# ")) and command:
            yield "\n".join(shown), "\n".join(command)
            shown, command = [], []
        if line.startswith("# "):
            shown += ["", line] if not shown else [line]
        elif line.startswith("$ ") or (command and line.startswith("> ")):
            shown.append(line)
            command.append(line[2:])
    yield "\n".join(shown), "\n".join(command)


def played(project, text: str) -> str:
    """The text again, with what the program prints now below each command run in the project."""
    blocks = []
    for shown, command in commands(text):
        if command.startswith(OURS):
            answer = project.run(command)
            code, printed = answer.code, answer.out + answer.err
        else:
            done = subprocess.run(["sh", "-c", command], cwd=project.folder, capture_output=True, text=True, check=False, timeout=20)
            code, printed = done.returncode, done.stdout + done.stderr
        for mark, pattern in _CHANGING.items():
            printed = pattern.sub(mark, printed)
        blocks.append("\n".join(part for part in (shown, printed.rstrip("\n"), f"[exit {code}]" if code else "") if part))
    return "\n".join(blocks).lstrip("\n") + "\n"
