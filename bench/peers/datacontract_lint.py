"""Runs in an environment of its own: lints every contract of a folder in process and prints how many milliseconds that took."""

import logging
import sys
import time
from pathlib import Path

from datacontract.data_contract import DataContract

logging.disable(logging.CRITICAL)


def main(folder: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.yaml"))]
    DataContract(data_contract_str=texts[0]).lint()  # what is loaded once
    started = time.perf_counter()
    for text in texts:
        found = DataContract(data_contract_str=text).lint()
        if str(found.result.value) != "passed":
            raise SystemExit(f"a contract does not pass: {[check.reason for check in found.checks]}")
    print((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    main(sys.argv[1])
