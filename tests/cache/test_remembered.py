"""A remembered check says what a new one would: the key follows everything that the answer depends on, and nothing else."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import snowpact.fingerprint as module
from snowpact.configured import Rendering
from snowpact.fingerprint import fingerprint
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.model.types import Certainty
from snowpact.project import load
from snowpact.remembered import decoded, encoded, remembered

CONFIG = 'vars = { db = "D" }\n[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n'
CONTRACT = """{"type": "record", "namespace": "D.S", "name": "T", "pact": {"version": "1.0.0", "owner": "me"},
"fields": [{"name": "A", "type": ["null", "int"], "default": null}, {"name": "B", "type": ["null", "string"], "default": null}]}"""
FILE = "schemachange-config.yml"
FILES = {
    "snowpact.toml": CONFIG,
    "m/V1__t.sql": "create database {{ db }};\ncreate schema {{ db }}.s;\ncreate table {{ db }}.s.t (a int, b varchar(10));\n",
    "m/parts/view.inc": "create view {{ db }}.s.v as select a from {{ db }}.s.t",
    "m/R__v.sql": "{% include 'parts/view.inc' %}",
    "modules/names.sql": "{% set name = 'W' %}",
    "m/schemachange-config.yml": "modules-folder: modules\n",
    "c/t.avsc": CONTRACT,
    "contracts/waivers.toml": "",
}


@pytest.fixture
def made(tmp_path, project_in):
    project = project_in(tmp_path / "project")
    for path, text in FILES.items():
        project.write(path, text)
    return project


def key(project, said=None, rendering: Rendering | None = None) -> str | None:
    return fingerprint(load(project.folder), said or {}, rendering or Rendering())


def edited(path: str, text: str):
    return lambda project: project.write(path, text)


CHANGES = {
    "a script": edited("m/V1__t.sql", "create database d;"),
    "white space in a script": edited("m/V1__t.sql", FILES["m/V1__t.sql"] + " "),
    "what a script includes": edited("m/parts/view.inc", "select 1"),
    "a module": edited("modules/names.sql", "{% set name = 'X' %}"),
    "the module folder": edited("m/schemachange-config.yml", "modules-folder: m\n"),
    "a configuration that moved": lambda project: (project.folder / "m" / FILE).rename(project.folder / FILE),
    "a contract": edited("c/t.avsc", CONTRACT.replace("1.0.0", "1.0.1")),
    "a waiver": edited("contracts/waivers.toml", "# nothing\n"),
    "a variable": edited("snowpact.toml", CONFIG.replace('"D"', '"E"')),
    "a new file": edited("m/V2__x.sql", "select 1"),
    "a file that went": lambda project: (project.folder / "m/R__v.sql").unlink(),
    "a file that was renamed": lambda project: (project.folder / "m/V1__t.sql").rename(project.folder / "m/V2__t.sql"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_key_follows_every_input(made, change):
    before = key(made)
    assert before == key(made)
    CHANGES[change](made)
    assert key(made) not in (before, None)


SURROUNDINGS = {
    "an option": lambda patch: ({"fail_on": "warning"}, Rendering()),
    "a variable": lambda patch: (patch.setenv("SNOWPACT_VAR_DB", "E"), (None, Rendering()))[1],
    "an environment variable that may be read": lambda patch: (patch.setenv("SHOWN", "1"), (None, Rendering(allowed_env=("SHOWN",))))[1],
    "the version": lambda patch: (patch.setattr(module, "__version__", "9.9.9"), (None, Rendering()))[1],
    "the libraries": lambda patch: (patch.setattr(module, "LIBRARIES", ("click",)), (None, Rendering()))[1],
    "the day": lambda patch: (patch.setattr(module, "date", Tomorrow), (None, Rendering()))[1],
}


class Tomorrow:
    @staticmethod
    def today() -> date:
        return date(2999, 1, 1)


@pytest.mark.parametrize("change", SURROUNDINGS)
def test_the_key_follows_what_surrounds_it(made, monkeypatch, change):
    before = key(made)
    assert key(made, *SURROUNDINGS[change](monkeypatch)) not in (before, None)


def test_the_value_of_a_variable_that_may_be_read_counts_and_of_others_does_not(made, monkeypatch):
    rendering = Rendering(allowed_env=("SHOWN",))
    keys = set()
    for value in ("1", "2"):
        monkeypatch.setenv("SHOWN", value)
        monkeypatch.setenv("HIDDEN", value)
        keys.add(key(made, None, rendering))
        monkeypatch.setenv("SHOWN", "1")
        assert key(made) == key(made)
    assert len(keys) == 2


def test_place_and_time_do_not_count(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "elsewhere", copy_function=shutil.copy)
    assert key(made) == fingerprint(load(tmp_path / "elsewhere"), {}, Rendering())


ODD = {
    "a link to a folder": lambda folder: (folder / "m/link").symlink_to(folder / "modules"),
    "a pipe": lambda folder: os.mkfifo(folder / "m/pipe.sql"),
    "a link to nowhere": lambda folder: (folder / "m/V9__x.sql").symlink_to(folder / "nowhere"),
    "a missing folder": lambda folder: shutil.rmtree(folder / "c"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_cannot_be_told_for_certain_has_no_key(made, case):
    ODD[case](made.folder)
    assert key(made) is None


def test_a_link_to_a_file_counts_by_where_it_leads(made):
    link = made.folder / "m/V3__l.sql"
    keys = set()
    for name in ("one.sql", "two.sql"):
        made.write(name, "select 1")
        link.unlink(missing_ok=True)
        link.symlink_to(made.folder / name)
        keys.add(key(made))
    assert len(keys) == 2


@pytest.mark.parametrize("options", ["--format json", "--format markdown", "--fail-on warning", "--env local"])
def test_remembered_or_not_the_answer_is_the_same(made, options, monkeypatch, tmp_path):
    line = f"contracts check {options}"
    made.write("c/broken.avsc", CONTRACT.replace('"T"', '"GONE"'))
    monkeypatch.setenv("SNOWPACT_CACHE_DIR", str(tmp_path / "cache"))
    anew, first, second = made.run(f"{line} --no-cache"), made.run(line), made.run(line)
    assert anew == first == second
    assert anew.code == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_the_second_answer_comes_from_the_cache(made, monkeypatch, tmp_path):
    """And --no-cache does not: what would work it out anew is broken."""
    monkeypatch.setenv("SNOWPACT_CACHE_DIR", str(tmp_path / "cache"))
    assert made.run("contracts check").code == 0
    monkeypatch.setattr("snowpact.check.check", lambda *args: pytest.fail("was worked out anew"))
    assert made.run("contracts check").code == 0
    with pytest.raises(pytest.fail.Exception):
        made.run("contracts check --no-cache")
    made.edit("m/V1__t.sql", "b varchar(10)", "b varchar(11)")
    with pytest.raises(pytest.fail.Exception):
        made.run("contracts check")


def test_faults_are_never_remembered(made, monkeypatch, tmp_path):
    monkeypatch.setenv("SNOWPACT_CACHE_DIR", str(tmp_path / "cache"))
    made.write("m/V2__x.sql", "select '")
    assert made.run("contracts check").code == made.run("contracts check").code == 2
    assert not (tmp_path / "cache").exists()


def test_files_that_change_while_they_are_judged_leave_nothing(made, tmp_path):
    from snowpact.cache import Cache

    cache = Cache(tmp_path / "cache")
    report = Report("contracts check", Verdict.PASSED)

    def work() -> Report:
        made.write("m/V2__x.sql", "select 1")
        return report

    assert remembered(cache, lambda: key(made), work) == report
    assert not cache.folder.exists()


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
FINDINGS = st.builds(
    Finding,
    rule=TEXT,
    severity=st.sampled_from(Severity),
    comparison=st.sampled_from(Comparison),
    message=TEXT,
    object=st.none() | st.lists(TEXT, min_size=1, max_size=3).map(lambda parts: Name(tuple(parts))),
    column=st.none() | TEXT,
    judge=st.sampled_from(["snowflake", "avro"]),
    source=st.none() | st.builds(Source, TEXT, st.integers(1, 9), st.integers(1, 9)),
    contract=st.none() | TEXT,
    version=st.none() | TEXT,
    consumers=st.lists(TEXT, max_size=2).map(tuple),
    certainty=st.none() | st.sampled_from(Certainty),
    path=st.lists(TEXT, max_size=2).map(tuple),
    suggestion=st.none() | TEXT,
    introduced=st.booleans(),
    waiver=st.none() | TEXT,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FINDINGS, max_size=4), st.sampled_from(Verdict))
def test_a_report_survives_the_cache(tmp_path_factory, findings, verdict):
    from snowpact.cache import Cache

    cache = Cache(tmp_path_factory.getbasetemp() / "reports")
    report = Report("contracts check", verdict, tuple(findings), summary={"target": None, "pipelines": ["p"], "errors": 1})
    cache.put("c" * 64, encoded(report))
    assert decoded(cache.get("c" * 64)) == report


NO_REPORTS = [None, [], {}, {"command": "x", "verdict": "maybe", "findings": [], "summary": {}}, {"findings": [{"a": 1}]}]


@pytest.mark.parametrize("data", NO_REPORTS)
def test_what_is_no_report_is_none(data):
    assert decoded(data) is None


def test_every_input_of_the_example_is_in_the_users_cache_alone(fresh, monkeypatch, tmp_path):
    monkeypatch.setenv("SNOWPACT_CACHE_DIR", str(tmp_path / "cache"))
    before = sorted(Path(fresh.folder).rglob("*"))
    assert fresh.run("contracts check").code == 0
    assert sorted(Path(fresh.folder).rglob("*")) == before
