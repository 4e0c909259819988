"""Every benchmark, each figure beside its peer: writes bench/results.json and docs/benchmarks.md. Always exits 0: it measures.

A benchmark is a module of this folder with ``figures()``; adding one is adding its file. With names, only those run, and nothing is
written but what they found.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Made by `make bench`, which also writes `bench/results.json`. Each figure stands beside a peer or a floor that was measured in the same
run on the same machine: the ratio tells, times alone don't. This page: {day}, Python {python}, {cores} cores.

| what | figure | against | ratio | goal | met |
|---|---|---|---|---|---|
"""


def benchmarks() -> list[str]:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py"))}
    return [name for name, text in texts.items() if re.search(r"^def figures\(", text, re.MULTILINE)]


def rows(name: str) -> Iterator[dict]:
    """A benchmark that fails is a row that says so: the others run all the same."""
    try:
        for figure in importlib.import_module(name).figures():
            yield figure.row()
    except Exception as error:
        traceback.print_exc()
        yield {"name": name, "figure": None, "unit": None, "against": f"failed: {error}", "ratio": None, "goal": "to run", "met": False}


def told(row: dict) -> str:
    word = "met " if row["met"] else "MISS"
    figure = f"{row['figure']} {row['unit']}, {row['ratio']} ×" if row["figure"] is not None else ""
    return f"{word}  {row['name']}: {figure} {row['against']} (goal {row['goal']})"


def page(found: list[dict]) -> str:
    head = HEAD.format(day=date.today().isoformat(), python=platform.python_version(), cores=os.cpu_count())
    return head + "".join(f"| {' | '.join(_cells(row))} |\n" for row in found)


def _cells(row: dict) -> list[str]:
    figure = f"{row['figure']} {row['unit']}" if row["figure"] is not None else "–"
    ratio = "–" if row["ratio"] is None else str(row["ratio"])
    cells = [row["name"], figure, row["against"], ratio, row["goal"], "yes" if row["met"] else "**no**"]
    return [re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in cells]


def main(names: list[str]) -> None:
    found = []
    for name in names or benchmarks():
        for row in rows(name):
            found.append(row)
            print(told(row), flush=True)
            if not names:  # an interrupted run leaves what it measured
                RESULTS.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
                PAGE.write_text(page(found), encoding="utf-8")
    if not names:
        print(f"written to {RESULTS} and {PAGE}")


if __name__ == "__main__":
    main(sys.argv[1:])
