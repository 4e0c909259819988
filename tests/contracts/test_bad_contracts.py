"""Every fault of a bad contract is told at once: where it stands, and what was expected.

One file under ``cases/bad`` is one kind of mistake; ``cases/bad/expected.txt`` holds the message of every fault.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from snowpact.contracts.load import load, read
from snowpact.model.errors import InputError

BAD = Path(__file__).parent / "cases" / "bad"
GOOD = BAD.parent / "good"
EXPECTED = (BAD / "expected.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("file", sorted(path.name for path in BAD.glob("*.avsc")))
def test_bad_contract(file: str) -> None:
    """The faults are those expected, in the order of the file."""
    with pytest.raises(InputError) as caught:
        read((BAD / file).read_bytes(), file)
    assert [str(fault) for fault in caught.value.faults] == [line for line in EXPECTED if line.startswith(f"{file}:")]


def test_all_files_at_once(tmp_path: Path) -> None:
    """One load tells the faults of every file, sound ones beside them or not."""
    for path in (*BAD.glob("*.avsc"), *GOOD.glob("*.avsc")):
        shutil.copy(path, tmp_path)
    with pytest.raises(InputError) as caught:
        load(tmp_path, tmp_path)
    assert [str(fault) for fault in caught.value.faults] == EXPECTED


def test_every_fault_has_a_place() -> None:
    """A message that says not where is of no use in a file of 500 lines."""
    with pytest.raises(InputError) as caught:
        load(BAD, BAD)
    assert [fault for fault in caught.value.faults if not fault.line or not fault.file] == []


def test_two_contracts_for_one_object(tmp_path: Path) -> None:
    """Identity is the folded name, not the path: the second one is told of the first."""
    for file, name in (("a.avsc", "sales"), ("b.avsc", "SALES")):
        (tmp_path / file).write_text(
            f'{{"type": "record", "namespace": "DB.S",\n "name": "{name}", "pact": {{"version": "1.0.0"}}, "fields": []}}'
        )
    with pytest.raises(InputError) as caught:
        load(tmp_path, tmp_path)
    assert str(caught.value) == "b.avsc:2: $.name: a second contract for DB.S.SALES: a.avsc is one already"
