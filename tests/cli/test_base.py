"""`contracts check --base REF`: what a pull request may do to a contract, on real repositories, as CI runs it."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

IDENTITY = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
CONTRACT = "contracts/p/t.avsc"
SCRIPT = "migrations/p/V1.0.0__t.sql"
A, B, C = ({"name": name, "type": ["null", "int"], "default": None} for name in "ABC")
YESTERDAY, TOMORROW = ((date.today() + timedelta(days)).isoformat() for days in (-1, 1))


class Repo:
    """A project in a repository: ``base`` is main, the work tree is the change."""

    def __init__(self, project):
        self.project = project
        self.git("init", "-q", "-b", "main", ".")
        columns = ", ".join(f"{name} NUMBER(9,0)" for name in "ABC")
        project.write(SCRIPT, f"CREATE DATABASE DB;\nCREATE SCHEMA DB.S;\nCREATE TABLE DB.S.T ({columns});\n")

    def git(self, *arguments: str) -> None:
        environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}
        subprocess.run(["git", *arguments], cwd=self.project.folder, env=environment, check=True, capture_output=True)

    def contract(self, *fields, version: str = "1.0.0", path: str = CONTRACT, name: str = "T", **pact) -> None:
        pact = {"version": version, "owner": "Data", "compatibility": "FULL", **pact}
        pact = {key: value for key, value in pact.items() if value is not None}
        self.project.write(path, json.dumps({"type": "record", "namespace": "DB.S", "name": name, "pact": pact, "fields": list(fields)}))

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def check(self, *more: str, code: int | None = None):
        answer = self.project.run("contracts check --base main --format json", *more)
        assert code is None or answer.code == code, answer.out + answer.err
        return answer.json

    def found(self, *more: str) -> dict[tuple[str, str], tuple[str, bool]]:
        """(rule, judge) → (severity, introduced) of what the change is blamed for in its evolution."""
        report = self.check(*more)
        assert report["errors"] == [], report
        return {
            (one["rule"], one["judge"]): (one["severity"], one["introduced"])
            for one in report["findings"]
            if one["comparison"] == "evolution"
        }


@pytest.fixture
def repo(tmp_path, project_in) -> Repo:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "snowpact.toml").write_text('[pipelines.p]\nmigrations = "migrations/p"\ncontracts = "contracts/p"\n')
    return Repo(project_in(folder))


@pytest.fixture
def standing(repo) -> Repo:
    repo.contract(A, B)
    repo.commit()
    return repo


def deprecated(field: dict, until: str) -> dict:
    return {**field, "deprecated": {"since": "1.0.0", "remove_after": until, "use": "A"}}


def test_nothing_changed_nothing_found(standing):
    report = standing.check(code=0)
    assert report["findings"] == []
    assert report["summary"]["base"]["contracts"] == 1


def test_a_dropped_promise_is_blocked_by_both_judges_and_says_where(standing):
    standing.contract(A)
    report = standing.check(code=1)
    facts = {(one["rule"], one["severity"]): one for one in report["findings"] if one["judge"] == "snowflake"}
    assert set(facts) == {("column-removed", "error"), ("version-bump-too-small", "error")}
    removed = facts["column-removed", "error"]
    assert (removed["file"], removed["contract"], removed["version"], removed["column"]) == (CONTRACT, CONTRACT, "1.0.0", "B")


# name: (base fields, head fields, base's pact, head's pact, waived rules, [as-of], blocked?)
INTENDED = {
    "a minor version": ([A, B], [A], {}, {"version": "1.1.0"}, [], True),
    "a major version alone": ([A, B], [A], {}, {"version": "2.0.0"}, [], True),
    "a major version, and the day has passed": ([A, deprecated(B, YESTERDAY)], [A], {}, {"version": "2.0.0"}, [], False),
    "a major version before the day": ([A, deprecated(B, TOMORROW)], [A], {}, {"version": "2.0.0"}, [], True),
    "the day has passed, under a minor version": ([A, deprecated(B, YESTERDAY)], [A], {}, {"version": "1.1.0"}, [], True),
    "a day that only the change brings": ([A, B], [deprecated(A, YESTERDAY)], {}, {"version": "2.0.0"}, [], True),
    "a major version and a waiver": ([A, B], [A], {}, {"version": "2.0.0"}, ["column-removed"], False),
    "a waiver under a minor version": ([A, B], [A], {}, {"version": "1.1.0"}, ["column-removed"], True),
    "the whole contract was deprecated": (
        [A, B], [A], {"deprecated": {"remove_after": YESTERDAY}}, {"version": "2.0.0"}, [], False,
    ),
    "an addition under a minor version": ([A], [A, B], {}, {"version": "1.1.0"}, [], False),
    "an addition without a version": ([A], [A, B], {}, {}, [], True),
    "another description needs none": ([A, B], [{**A, "doc": "told"}, B], {}, {"owner": "Others"}, [], False),
    "a deprecation needs none": ([A, B], [A, deprecated(B, TOMORROW)], {}, {}, [], False),
    "a mode that allows it": ([A, B], [A], {"compatibility": "BACKWARD"}, {"compatibility": "BACKWARD", "version": "1.1.0"}, [], False),
    "no longer masked": ([A, {**B, "masked": True}], [A, B], {}, {"version": "2.0.0"}, [], True),
    "no longer masked, and the day has passed": (
        [A, deprecated({**B, "masked": True}, YESTERDAY)], [A, B], {}, {"version": "2.0.0"}, [], False,
    ),
    "a mode loosened beside it": ([A, B], [A], {}, {"compatibility": "NONE", "version": "2.0.0"}, ["column-removed"], True),
}  # fmt: skip


@pytest.mark.parametrize("case", INTENDED)
def test_how_an_intended_break_merges(repo, case):
    before, after, old, new, waived, blocked = INTENDED[case]
    repo.contract(*before, **old)
    repo.commit()
    repo.contract(*after, **new)
    repo.project.write("contracts/waivers.toml", "".join(waiver(rule) for rule in waived))
    report = repo.check()
    assert report["verdict"] == ("blocked" if blocked else "passed"), report["findings"]


def waiver(rule: str = "column-removed", until: str = "2099-01-01", column: str | None = "B") -> str:
    what = f'column = "{column}"\n' if column else ""
    return f'[[waiver]]\nrule = "{rule}"\nobject = "DB.S.T"\n{what}who = "Ada"\nwhy = "agreed"\nuntil = {until}\n'


def test_dates_are_judged_as_of_a_day(repo):
    repo.contract(A, deprecated(B, "2030-06-30"))
    repo.commit()
    repo.contract(A, version="2.0.0")
    assert ("removed-before-sunset", "snowflake") in repo.found("--as-of", "2030-06-30")
    assert repo.found("--as-of", "2030-07-01")["column-removed", "snowflake"] == ("info", True)
    assert repo.project.run("contracts check --base main --as-of tomorrow").code == 2


def test_a_waiver_of_the_same_change_counts_and_is_told(standing):
    standing.contract(A, version="2.0.0")
    standing.project.write("contracts/waivers.toml", waiver())
    report = standing.check(code=0)
    assert [one["rule"] for one in report["findings"] if one["judge"] == "snowflake"] == ["column-removed", "waiver-introduced"]
    assert report["findings"][0]["waiver"].startswith("Ada: agreed")


@pytest.mark.parametrize("says", ["the base", "the change", "both"])
def test_waivers_from_the_base_refuse_those_of_the_change(repo, says):
    """A change can't lift the rule for itself."""
    config = (repo.project.folder / "snowpact.toml").read_text()
    strict = config + '[check]\nwaivers_from = "base"\n'
    repo.contract(A, B)
    repo.project.write("snowpact.toml", config if says == "the change" else strict)
    repo.commit()
    repo.project.write("snowpact.toml", config if says == "the base" else strict)
    repo.contract(A, version="2.0.0")
    repo.project.write("contracts/waivers.toml", waiver())
    report = repo.check(code=1)
    assert {one["rule"] for one in report["findings"] if one["severity"] != "info"} == {"column-removed", "waiver-introduced"}


def test_a_waiver_that_stood_at_the_base_is_no_news(repo):
    repo.contract(A, B)
    repo.project.write("contracts/waivers.toml", waiver())
    repo.commit()
    repo.contract(A, version="2.0.0")
    assert {one["rule"] for one in repo.check(code=0)["findings"] if one["judge"] == "snowflake"} == {"column-removed"}


def test_expired_and_unused_waivers_are_told(standing):
    standing.project.write("contracts/waivers.toml", waiver(until="2020-01-01") + waiver("type-kind-changed"))
    standing.commit()
    found = {one["rule"]: (one["severity"], one["file"], one["line"]) for one in standing.check(code=1)["findings"]}
    assert found == {
        "waiver-expired": ("error", "contracts/waivers.toml", 1),
        "waiver-unused": ("warning", "contracts/waivers.toml", 8),
    }


def test_a_contract_that_is_gone(standing):
    (standing.project.folder / CONTRACT).unlink()
    standing.contract(A, path="contracts/p/other.avsc", name="U")
    report = standing.check(code=1)
    rules = {(one["rule"], one["object"]) for one in report["findings"] if one["comparison"] == "evolution"}
    assert rules == {("contract-removed", "DB.S.T")}


def test_a_contract_that_moved_to_another_file_is_the_same_contract(standing):
    (standing.project.folder / CONTRACT).unlink()
    standing.contract(A, B, path="contracts/p/moved.avsc")
    assert standing.found() == {}


def test_an_object_renamed_in_its_file(standing):
    standing.contract(A, B, name="U", version="2.0.0")
    assert standing.found() == {("object-renamed", "snowflake"): ("error", True)}


def test_what_stood_at_the_base_is_a_warning_and_not_introduced(repo):
    """A messy project can adopt the tool: a contract that no migration keeps, and one without an owner."""
    repo.contract(A, {"name": "NOWHERE", "type": "int"}, owner=None)
    repo.commit()
    assert repo.project.run("contracts check").code == 1
    repo.contract(A, {"name": "NOWHERE", "type": "int"}, C, owner=None, version="1.1.0")
    report = repo.check(code=0)
    facts = {(one["rule"], one["column"]): (one["severity"], one["introduced"]) for one in report["findings"]}
    assert facts[("column-removed", "NOWHERE")] == ("warning", False)
    assert {introduced for _, introduced in facts.values()} == {False}
    repo.contract(A, {"name": "NOWHERE", "type": "int"}, {"name": "NOR_THIS", "type": "int"}, owner=None, version="2.0.0")
    assert ("error", True) in {
        (one["severity"], one["introduced"]) for one in repo.check(code=1)["findings"] if one["column"] == "NOR_THIS"
    }


def test_a_statement_that_is_refused_anew_is_introduced(repo):
    """The base has one that is refused too, and it is not that one."""
    repo.contract(A)
    repo.project.write("migrations/p/V2__x.sql", "ALTER TABLE DB.S.T DROP COLUMN NOWHERE;\n")
    repo.commit()
    assert repo.project.run("contracts check").code == 1
    report = repo.check(code=0)
    assert [(one["rule"], one["introduced"]) for one in report["findings"]] == [("statement-refused-by-snowflake", False)]
    repo.project.write("migrations/p/V3__x.sql", "ALTER TABLE DB.S.T DROP COLUMN NOT_HERE_EITHER;\n")
    found = {one["file"]: one["introduced"] for one in repo.check(code=1)["findings"]}
    assert found == {"migrations/p/V2__x.sql": False, "migrations/p/V3__x.sql": True}


def test_a_base_from_before_the_project(repo):
    """The first pull request that brings snowpact along: everything is new."""
    repo.git("commit", "-q", "--allow-empty", "-m", "before")
    repo.contract(A, {"name": "NOWHERE", "type": "int"})
    report = repo.check(code=1)
    assert {(one["rule"], one["introduced"]) for one in report["findings"]} == {("column-removed", True)}
    assert report["summary"]["base"]["contracts"] == 0


def test_with_a_target_too(repo):
    repo.contract(A, B)
    repo.commit()
    assert repo.project.run("snowpact migrate apply").code == 0
    repo.contract(A, version="2.0.0")
    repo.project.write("contracts/waivers.toml", waiver(until="2030-01-01"))
    for day, code in (("2030-01-01", 0), ("2030-01-02", 1)):
        answer = repo.project.run(f"contracts check --base main --target local --as-of {day} --format json")
        assert answer.code == code, answer.out + answer.err
        assert "column-removed" in {one["rule"] for one in answer.json["findings"]}
        assert answer.json["summary"]["base"]["contracts"] == 1


def test_transitive_modes_look_at_every_version_of_the_major(repo):
    """1.0.0 promised B as a number; 1.1.0 took it back by waiver; 1.2.0 may not bring it as text."""
    repo.contract(A, B, compatibility="FULL_TRANSITIVE")
    repo.commit()
    repo.contract(A, version="1.1.0", compatibility="FULL_TRANSITIVE")
    repo.commit()
    text = {**B, "type": ["null", "string"]}
    repo.project.write("migrations/p/V2__b.sql", "ALTER TABLE DB.S.T DROP COLUMN B;\nALTER TABLE DB.S.T ADD COLUMN B VARCHAR;\n")
    repo.contract(A, text, version="1.2.0", compatibility="FULL_TRANSITIVE")
    report = repo.check(code=1)
    (finding,) = [one for one in report["findings"] if one["rule"] == "type-kind-changed" and one["judge"] == "snowflake"]
    assert "as version 1.0.0 promised" in finding["message"]
    repo.contract(A, text, version="1.2.0", compatibility="FULL")
    assert "type-kind-changed" in {one["rule"] for one in repo.check(code=1)["findings"]}, "the base's mode counts"
    repo.contract(A, version="1.1.1", compatibility="FULL_TRANSITIVE", closed=None)
    assert repo.found()["column-removed", "snowflake"] == ("warning", False), "the base had broken that"


def test_avro_is_information_and_decides_on_the_wire(repo):
    """SQL reads a column that Avro readers have no default for."""
    required = {"name": "B", "type": "int"}
    for wire, severity in ((None, "info"), ("avro", "error")):
        repo.contract(A, B, wire=wire, compatibility="BACKWARD")
        repo.git("checkout", "-q", "-B", "main")
        repo.commit()
        repo.contract(A, required, wire=wire, compatibility="BACKWARD", version="2.0.0")
        found = repo.found()
        assert found["nullable-to-required", "avro"] == (severity, True)


def test_what_breaks_avro_readers_alone_merges_as_any_break_does(repo):
    """A record of another name: its version and its day are asked for like any other's."""
    inner = {"type": "record", "name": "R", "fields": [{"name": "x", "type": "int"}]}
    wider = {**inner, "name": "Q"}
    for until, version in ((TOMORROW, "2.0.0"), (YESTERDAY, "1.1.0"), (YESTERDAY, "2.0.0")):
        repo.contract(A, {"name": "R", "type": inner, "deprecated": {"remove_after": until}}, wire="avro", compatibility="BACKWARD")
        repo.git("checkout", "-q", "-B", "main")
        repo.commit()
        repo.contract(A, {"name": "R", "type": wider}, wire="avro", compatibility="BACKWARD", version=version)
        blamed = {rule for rule, (severity, _) in repo.found().items() if severity == "error"}
        assert (("named-type-or-fixed-size-changed", "avro") in blamed) == (until == TOMORROW or version == "1.1.0")
        assert (("version-bump-too-small", "snowflake") in blamed) == (version == "1.1.0")


def test_numbers_are_judged_against_the_tip_of_the_ref(standing):
    standing.git("checkout", "-q", "-b", "mine")
    standing.project.write("migrations/p/V1.1.0__mine.sql", "SELECT 1;\n")
    standing.project.write("migrations/p/V1.1.5__late.sql", "SELECT 1;\n")
    standing.contract(A, B, {**C, "doc": "mine"}, version="1.1.0")
    standing.commit()
    standing.git("checkout", "-q", "main")
    standing.project.write("migrations/p/V1.1.0__theirs.sql", "SELECT 1;\n")
    standing.project.write("migrations/p/V1.2.0__theirs.sql", "SELECT 1;\n")
    standing.contract(A, B, {**C, "doc": "theirs"}, version="1.1.0")
    standing.commit()
    standing.git("checkout", "-q", "mine")
    report = standing.check(code=1)
    messages = {one["file"]: one["message"] for one in report["findings"] if one["severity"] == "error"}
    assert messages == {
        "migrations/p/V1.1.0__mine.sql": "version 1.1.0 is taken on main, by migrations/p/V1.1.0__theirs.sql",
        "migrations/p/V1.1.5__late.sql": "version 1.1.5 comes before 1.2.0, which main has already",
        CONTRACT: "DB.S.T is version 1.1.0 here, and main has another 1.1.0 already",
    }


def test_an_unreadable_base_is_said(repo):
    repo.contract(A)
    repo.project.write("contracts/p/bad.avsc", "{")
    repo.commit()
    (repo.project.folder / "contracts/p/bad.avsc").unlink()
    assert repo.check(code=0)["summary"]["base"]["unreadable"] == ["contracts/p/bad.avsc"]


def test_a_pipeline_that_was_not_asked_for_is_not_told_of(standing):
    config = (standing.project.folder / "snowpact.toml").read_text()
    standing.project.write("snowpact.toml", config + '[pipelines.q]\ncontracts = "contracts/q"\n')
    standing.contract(A, path="contracts/q/u.avsc", name="U")
    standing.contract(A)
    assert standing.found("--pipeline", "q", "--allow-empty") == {}
    assert ("column-removed", "snowflake") in standing.found("--pipeline", "p")


@pytest.mark.parametrize("ref", ["nowhere", "--help", "main..main", ""])
def test_a_base_that_is_none_is_exit_2(standing, ref):
    answer = standing.project.run("contracts check --format json", f"--base={ref}")
    assert answer.code == 2 and answer.json["verdict"] == "error"


def test_a_shallow_clone_is_exit_2_and_says_what_to_do(standing, tmp_path, project_in):
    standing.git("commit", "-q", "--allow-empty", "-m", "y")
    standing.git("clone", "-q", "--depth", "1", Path(standing.project.folder).as_uri(), str(tmp_path / "shallow"))
    answer = project_in(tmp_path / "shallow").run("contracts check --base origin/main")
    assert answer.code == 2 and "fetch-depth: 0" in answer.err


def test_outside_of_git_is_exit_2(skeleton):
    answer = skeleton.run("contracts check --base main")
    assert answer.code == 2 and "git" in answer.err


def test_diff_shows_what_changed_and_what_the_gate_says(standing):
    inner = {"type": "record", "name": "R", "fields": [{"name": "x", "type": "int"}]}
    standing.contract(A, {"name": "R", "type": inner})
    standing.commit()
    inner = {**inner, "fields": [{"name": "y", "type": "string"}]}
    standing.contract({"name": "A", "type": "string"}, {"name": "R", "type": inner}, C, version="2.0.0", owner="Others")
    standing.contract(A, path="contracts/p/u.avsc", name="U")
    answer = standing.project.run("contracts diff main")
    told = answer.out.split("\n\n")[:2]
    assert told == [
        "\n".join(
            [
                "DB.S.T  1.0.0 → 2.0.0  contracts/p/t.avsc",
                "  ~ owner: Data → Others",
                "  ~ A: NUMBER(10,0) → VARCHAR",
                "  ~ A: NOT NULL",
                "  ~ R: OBJECT(X NUMBER(10,0) NOT NULL) → OBJECT(Y VARCHAR NOT NULL)",
                "  + C  NUMBER(10,0)",
                "  ~ R at x: int → nothing",
                "  ~ R at y: nothing → string",
            ]
        ),
        "DB.S.U  nothing → 1.0.0  contracts/p/u.avsc\n  + columns: 1",
    ]
    assert answer.code == 1 and "type-kind-changed" in answer.out and "contracts diff: blocked" in answer.out


def test_diff_as_json(standing):
    standing.contract(A, B, C, version="1.1.0", consumers=["BI"])
    answer = standing.project.run("contracts diff main --format json")
    assert (answer.code, answer.json["verdict"]) == (0, "passed")
    assert answer.json["changes"] == [{"change": "add-column", "object": "DB.S.T", "column": "C", "file": None, "line": None}]
    assert answer.json["summary"]["contracts"] == [
        {"object": "DB.S.T", "contract": CONTRACT, "before": "1.0.0", "after": "1.1.0", "terms": {"consumers": [[], ["BI"]]}}
    ]


def test_diff_of_nothing(standing):
    answer = standing.project.run("contracts diff HEAD")
    assert (answer.code, answer.out) == (0, "contracts diff: passed. no findings\n")
