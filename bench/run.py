"""Every benchmark, each figure beside its peer: prints a table, writes bench/results.json. Always exits 0: it measures."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

BENCHMARKS = ("startup", "check", "engine", "dynamic", "streams")
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    rows = []
    for name in BENCHMARKS:
        for figure in importlib.import_module(name).figures():
            row = figure.row()
            rows.append(row)
            word = "met " if row["met"] else "MISS"
            print(f"{word}  {row['name']}: {row['figure']} {row['unit']}, {row['ratio']} × {row['against']} (goal {row['goal']})")
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
