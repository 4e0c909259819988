"""The past of contracts, from real git repositories: base and tip, versions for transitive modes, and repositories that bite."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from snowpact.contracts.git import Repository
from snowpact.contracts.history import past
from snowpact.model.errors import InputError

WAIVERS = "contracts/waivers.toml"
IDENTITY = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Work:
    """A work tree with a project in it."""

    def __init__(self, root: Path):
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str) -> str:
        environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, check=True, text=True).stdout.strip()

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def contract(self, path: str = "contracts/p/t.avsc", name: str = "T", version: str = "1.0.0", fields: str = "A", **pact) -> None:
        columns = [{"name": field, "type": "int"} for field in fields]
        pact = {"version": version, "owner": "Data", **pact}
        self.write(path, json.dumps({"type": "record", "namespace": "DB.S", "name": name, "pact": pact, "fields": columns}))

    def commit(self, message: str = "x") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def work(tmp_path) -> Work:
    return Work(tmp_path / "repo")


def of(work: Work, ref: str = "main", project: Path | None = None, folders=("contracts/p",)):
    return past(project or work.root, ref, folders, WAIVERS)


def names(base) -> list[str]:
    return [f"{contract.name.name} {contract.version}" for contract in base.contracts]


def test_the_base_is_where_the_branch_left_and_the_tip_where_the_ref_is(work):
    work.contract()
    first = work.commit()
    work.git("checkout", "-q", "-b", "mine")
    work.contract(version="1.1.0", fields="AB")
    work.commit()
    work.git("checkout", "-q", "main")
    work.contract("contracts/p/u.avsc", "U")
    second = work.commit()
    work.git("checkout", "-q", "mine")
    found = of(work)
    assert (found.base.commit, names(found.base)) == (first, ["T 1.0.0"])
    assert (found.tip.commit, names(found.tip)) == (second, ["T 1.0.0", "U 1.0.0"])


def test_a_project_below_the_root_of_its_repository(work):
    work.contract("deep/er/contracts/p/t.avsc")
    work.contract("contracts/p/other.avsc", "OTHER")
    work.commit()
    work.contract("deep/er/contracts/p/t.avsc", version="1.1.0")
    work.commit()
    found = of(work, project=work.root / "deep" / "er")
    assert [contract.path for contract in found.base.contracts] == ["contracts/p/t.avsc"]
    assert [[one.version for one in versions] for versions in found.base.versions.values()] == [["1.0.0"]]


def test_a_folder_that_the_base_s_configuration_named(work):
    work.write("snowpact.toml", '[pipelines.old]\ncontracts = "promises/"\n')
    work.contract("promises/t.avsc")
    work.commit()
    assert names(of(work).base) == ["T 1.0.0"]


def test_versions_are_the_last_content_of_each_on_the_first_parent_history_of_this_major(work):
    for version, fields in (("1.9.0", "A"), ("2.0.0", "AB"), ("2.0.0", "ABC"), ("2.1.0", "ABCD")):
        work.contract(version=version, fields=fields)
        work.commit()
    work.git("checkout", "-q", "-b", "side")
    work.contract(version="2.1.5", fields="X")
    work.commit()
    work.contract(version="2.2.0", fields="ABCDE")
    work.commit()
    work.git("checkout", "-q", "main")
    work.git("merge", "-q", "--no-ff", "side", "-m", "merged")
    versions = of(work).base.versions
    assert [[(one.version, len(one.fields)) for one in found] for found in versions.values()] == [[("2.1.0", 4), ("2.0.0", 3)]]


def test_versions_follow_the_identity_not_the_file(work):
    work.contract("contracts/p/old.avsc", version="1.0.0")
    work.commit()
    work.git("mv", "contracts/p/old.avsc", "contracts/p/new.avsc")
    work.contract("contracts/p/new.avsc", version="1.1.0")
    work.commit()
    (versions,) = of(work).base.versions.values()
    assert [(one.version, one.path) for one in versions] == [("1.0.0", "contracts/p/old.avsc")]


def test_modes_that_look_at_the_last_version_alone_have_no_more(work):
    for version in ("1.0.0", "1.1.0"):
        work.contract(version=version, compatibility="FULL")
        work.commit()
    assert of(work).base.versions == {}


def test_what_can_t_be_read_is_said(work):
    work.contract()
    work.write("contracts/p/bad.avsc", "{")
    work.write(WAIVERS, "[[waiver]]\n")
    work.commit()
    found = of(work).base
    assert (names(found), found.unreadable) == (["T 1.0.0"], ("contracts/p/bad.avsc", WAIVERS))


def test_waivers_of_the_base(work):
    work.write(WAIVERS, '[[waiver]]\nrule = "column-removed"\nobject = "DB.S.T"\nwho = "A"\nwhy = "b"\nuntil = 2030-01-01\n')
    work.commit()
    assert [waiver.rule for waiver in of(work).base.waivers] == ["column-removed"]


def test_odd_file_names_and_links_are_no_trouble(work):
    work.contract("contracts/p/a\nb ü \"q\".avsc")
    (work.root / "contracts/p/link.avsc").symlink_to("/etc/passwd")
    work.commit()
    assert names(of(work).base) == ["T 1.0.0"]


REFUSED = {
    "an unknown ref": ("nowhere", "names no commit here"),
    "an option": ("--output=written-by-git", "names no commit here"),
    "an option of another command": ("--all", "names no commit here"),
    "a tree": ("HEAD^{tree}", "names no commit here"),
    "nothing": (" ", "needs the name"),
    "a range": ("HEAD..HEAD", "names no commit here"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_ref_that_is_none_is_an_input_error(work, case):
    ref, message = REFUSED[case]
    work.contract()
    work.commit()
    with pytest.raises(InputError, match=message):
        of(work, ref)
    assert not list(work.root.rglob("written-by-git*"))


def test_a_shallow_clone_says_what_to_do(work, tmp_path):
    work.contract()
    work.commit()
    work.commit()
    clone = tmp_path / "clone"
    work.git("clone", "-q", "--depth", "1", work.root.as_uri(), str(clone))
    for ref in ("main", "HEAD", "origin/main", "nowhere"):
        with pytest.raises(InputError, match="fetch-depth: 0"):
            past(clone, ref, ["contracts/p"], WAIVERS)


def test_no_repository_and_no_commit_are_said(tmp_path, work):
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match="in no git repository"):
        of(work, project=tmp_path / "bare")
    with pytest.raises(InputError, match="names no commit here"):
        of(work)


def test_histories_without_a_common_commit_are_said(work):
    work.contract()
    work.commit()
    work.git("checkout", "-q", "--orphan", "other")
    work.commit("unrelated")
    with pytest.raises(InputError, match="no commit in common"):
        of(work)


def test_nothing_of_a_repository_s_configuration_is_run(work, tmp_path):
    """Programs that configuration, attributes or hooks name leave a mark, were they run."""
    mark = tmp_path / "mark"
    program = work.root / "bite"
    work.write("bite", f"#!/bin/sh\ntouch {mark}\ncat\n")
    program.chmod(0o755)
    work.contract()
    work.write(".gitattributes", "*.avsc filter=bite diff=bite\n")
    work.commit()
    work.contract(version="1.1.0")
    work.commit()
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.bite.command", "diff.bite.textconv",
                "filter.bite.smudge", "filter.bite.clean", "filter.bite.process", "core.alternateRefsCommand", "gpg.program",
                "core.askPass", "credential.helper", "core.editor"):  # fmt: skip
        work.git("config", key, str(program))
    work.git("config", "log.showSignature", "true")
    work.git("config", "alias.rev-parse", f"!{program}")
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        work.write(f".git/hooks/{hook}", program.read_text())
        (work.root / ".git/hooks" / hook).chmod(0o755)
    mark.unlink(missing_ok=True)
    assert names(of(work).base) == ["T 1.1.0"]
    assert not mark.exists()


def test_the_environment_of_a_hook_leads_nowhere_else(work, tmp_path, monkeypatch):
    work.contract()
    work.commit()
    other = Work(tmp_path / "other")
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    assert names(of(work).base) == ["T 1.0.0"]


def test_a_bare_repository_that_lies_in_the_tree_is_not_entered(work, tmp_path):
    work.contract()
    work.commit()
    work.git("clone", "-q", "--bare", ".", "trap")
    with pytest.raises(InputError, match="git repository"):
        Repository(work.root / "trap")
