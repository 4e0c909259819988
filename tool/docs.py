"""Writes docs/rules/ from the rules' docstrings, the lineage in the pipelines' pages, and docs/embedded-engine.md: `make docs`. `--check`
tells whether all is up to date, which `make lint` asks."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import fidelity
from snowpact.configured import Rendering
from snowpact.picture import predicted_picture
from snowpact.prepare import prepare
from snowpact.project import load
from snowpact.reports import mermaid
from snowpact.rules.context import MODES
from snowpact.rules.registry import Rule, registry

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "rules"
PIPELINES = ROOT / "docs" / "pipelines"
DRAWN = re.compile(r"(?<=<!-- snowpact lineage -->\n).*?(?=<!-- end -->)", re.DOTALL)
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


def drawings() -> dict[Path, str]:
    """The pipelines' pages as they should be: what stands between the two marks is the chart that `snowpact lineage` draws."""
    found = {}
    for path in sorted(PIPELINES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if DRAWN.search(text):
            project = load(ROOT)
            prepared = prepare(project, project.select((path.stem,)), project.target(None), Rendering(live=False))
            chart = f"```mermaid\n{mermaid.render(predicted_picture(prepared))}```\n"
            found[path] = DRAWN.sub(lambda match, chart=chart: chart, text)
    return found


def main(arguments: list[str]) -> int:
    found = stale()
    made = {**drawings(), fidelity.PAGE: fidelity.page()}
    drawn = {path: text for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    if "--check" in arguments:
        names = [*(f"docs/rules/{name}" for name in found), *(str(path.relative_to(ROOT)) for path in drawn)]
        print("\n".join(f"{name} is stale: run `make docs`" for name in names) or "the generated pages are up to date")
        return 1 if names else 0
    wanted = pages()
    for name in found:
        if name in wanted:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    for path, text in drawn.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(found) + len(drawn)} pages written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
