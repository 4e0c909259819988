"""Writes docs/rules/ from the rules' docstrings: `make docs`. `--check` tells whether it is up to date, which the tests ask."""

from __future__ import annotations

import sys
from pathlib import Path

from snowpact.rules.context import MODES
from snowpact.rules.registry import Rule, registry

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
WORDS = {"E": "error", "W": "warning", "I": "information"}


def pages() -> dict[str, str]:
    """File name → text: a page for each rule and the index."""
    rules = registry().values()
    found = {f"{rule.id}.md": page(rule) for rule in rules}
    rows = [f"| [{rule.id}]({rule.id}.md) | {rule.title} | {' '.join(letters(rule))} |" for rule in rules]
    head = "# Rules\n\nMade from the rules' docstrings by `make docs`. Severities of an evolution: BACKWARD, FORWARD, FULL, NONE.\n"
    found["README.md"] = "\n".join([head, "| rule | what | evolution |", "|---|---|---|", *rows, ""])
    return found


def page(rule: Rule) -> str:
    title, _, rest = rule.doc.partition("\n")
    return f"# {rule.id}\n\n{title}\n{rest.rstrip()}\n\n{severities(rule)}"


def letters(rule: Rule) -> list[str]:
    return [WORDS[rule.severity.in_mode(mode)] for mode in MODES] if rule.severity.evolution else []


def severities(rule: Rule) -> str:
    severity = rule.severity
    rows = [f"| evolution, {mode} | {word} |" for mode, word in zip(MODES, letters(rule), strict=False)]
    for name, letter in (("satisfaction", severity.satisfaction), ("schema-drift", severity.schema_drift), ("always", severity.always)):
        if letter:
            rows.append(f"| {name} | {WORDS[letter]} |")
    return "\n".join(["| judgement | severity |", "|---|---|", *rows, ""])


def stale() -> list[str]:
    """Files that are missing, out of date, or of no rule any more."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    found = stale()
    if "--check" in arguments:
        print("\n".join(f"docs/rules/{name} is stale: run `make docs`" for name in found) or "docs/rules is up to date")
        return 1 if found else 0
    wanted = pages()
    for name in found:
        if name in wanted:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    print(f"{len(found)} pages written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
