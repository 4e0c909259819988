"""Where contracts are read from: folders and files inside the project, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from snowpact.contracts.files import MOST_BYTES
from snowpact.contracts.load import load
from snowpact.contracts.waivers import load_waivers
from snowpact.model.errors import InputError


def fault_of(where: Path, project: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(where, project)
    return str(caught.value)


def test_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "contracts", tmp_path) == (
        "contracts: the contracts folder does not exist: create it, or correct `contracts` of the pipeline in snowpact.toml"
    )


def test_missing_file(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "a.avsc", tmp_path).startswith("a.avsc: the contracts file does not exist")


def test_empty_folder_gives_no_contracts(tmp_path: Path) -> None:
    """Whether that is an error is for the command to say (--allow-empty)."""
    assert load(tmp_path, tmp_path) == []


def test_link_out_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.avsc").write_text("{}")
    (project / "a.avsc").symlink_to(tmp_path / "secret.avsc")
    assert fault_of(project, project) == "a.avsc: leads out of the project: expected a file inside it"


def test_broken_link(tmp_path: Path) -> None:
    (tmp_path / "a.avsc").symlink_to(tmp_path / "nothing.avsc")
    assert fault_of(tmp_path, tmp_path) == "a.avsc: not a regular file"


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.avsc")
    assert fault_of(tmp_path, tmp_path) == "a.avsc: not a regular file"


def test_file_too_large(tmp_path: Path) -> None:
    with (tmp_path / "a.avsc").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "larger than 8 MiB" in fault_of(tmp_path, tmp_path)


def test_waivers_are_read_as_carefully(tmp_path: Path) -> None:
    """No file, no waivers; a folder of that name is a fault."""
    assert load_waivers(tmp_path / "waivers.toml", tmp_path) == ()
    (tmp_path / "waivers.toml").mkdir()
    with pytest.raises(InputError, match=r"waivers\.toml: not a regular file"):
        load_waivers(tmp_path / "waivers.toml", tmp_path)
