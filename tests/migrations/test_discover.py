"""Which files are scripts: schemachange's answer, with every fault reported and nothing passed over quietly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemachange.session import Script as theirs

from snowpact.migrations.discover import BadName, discover, parse_name, survey
from snowpact.model.errors import InputError

NAMES = Path(__file__).with_name("names.txt").read_text().split()


def their_answer(name: str):
    """(kind, version, description, name), None, or 'refused', as schemachange says."""
    if not theirs.re.search(r"\.sql(\.jinja)?$", name, theirs.re.IGNORECASE):
        return None
    try:
        script = theirs.script_factory(Path("folder") / name)
    except ValueError:
        return "refused"
    return script and (script.type, getattr(script, "version", ""), script.description, script.name)


def our_answer(name: str):
    try:
        script = parse_name(name, name, "p")
    except BadName:
        return "refused"
    return script and (script.kind, script.version, script.description, script.name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_what_it_means_to_schemachange(name):
    assert our_answer(name) == their_answer(name)


@given(st.from_regex(r"[VRAvra][0-9a._]{0,8}_{0,3}[a-z_. ]{0,6}\.(sql|SQL|sql\.jinja|txt)", fullmatch=True))
def test_any_name_means_what_it_means_to_schemachange(name):
    assert our_answer(name) == their_answer(name)


def test_scripts_are_found_in_every_folder_below(project):
    project.write("V1.0.0__create_tables.sql", "select 1")
    project.write("deep/er/R__views.sql.jinja", "select 1")
    project.write("notes/README.md", "no script")
    first, second = project.discover()
    assert (first.kind, first.version, first.description) == ("V", "1.0.0", "Create tables")
    assert (first.name, first.path, first.pipeline) == ("V1.0.0__create_tables.sql", "migrations/p/V1.0.0__create_tables.sql", "p")
    assert (second.kind, second.version, second.name, second.path) == ("R", "", "R__views.sql", "migrations/p/deep/er/R__views.sql.jinja")


def test_sql_files_that_are_no_scripts_are_ignored_and_named(project):
    project.write("V1__a.sql", "select 1")
    project.write("teardown.sql", "drop table t")
    found = survey(Path("migrations/p"), project.root, "p")
    assert [script.name for script in found.scripts] == ["V1__a.sql"]
    assert found.ignored == ("migrations/p/teardown.sql",)


FAULTS = {
    "one underscore": (["V1_a.sql"], "migrations/p/V1_a.sql: two underscores are required between V1 and the description"),
    "no version": (["V__a.sql"], "a versioned script needs a version after its V"),
    "runs programs": (["V1__a.cli.yml"], "a .cli.yml script runs programs"),
    "runs programs, as a template": (["R__a.cli.yml.jinja"], "a .cli.yml script runs programs"),
    "one name twice": (["a/R__x.sql", "b/r__X.SQL"], "p/b/r__X.SQL: the script name r__X.SQL is taken already, by migrations/p/a/R__x.sql"),
    "a template beside its text": (["R__x.sql", "R__x.sql.jinja"], "is taken already"),
    "one version twice": (["V1__a.sql", "sub/V1__b.sql"], "p/sub/V1__b.sql: the version 1 is taken already, by migrations/p/V1__a.sql"),
    "white space": (["V1__a.sql "], "starts or ends with white space"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_bad_name_is_an_input_error(project, case):
    names, message = FAULTS[case]
    for name in names:
        project.write(name, "select 1")
    with pytest.raises(InputError) as error:
        project.discover()
    assert message in str(error.value)


def test_all_faults_are_reported_at_once(project):
    for name in ("V1_a.sql", "V2__b.cli.yml", "V3__c.sql", "V3__d.sql"):
        project.write(name, "select 1")
    with pytest.raises(InputError) as error:
        project.discover()
    assert [fault.file for fault in error.value.faults] == [f"migrations/p/{name}" for name in ("V1_a.sql", "V2__b.cli.yml", "V3__d.sql")]


def test_versions_equal_as_numbers_alone_may_coexist(project):
    for name in ("V1__a.sql", "V01__b.sql", "V1.0__c.sql"):
        project.write(name, "select 1")
    assert len(project.discover()) == 3


def test_a_version_must_match_the_configured_expression(project):
    project.write("V1__a.sql", "select 1")
    assert project.discover(version_pattern=r"^\d+$")
    with pytest.raises(InputError, match="does not match version-number-validation-regex"):
        project.discover(version_pattern=r"^\d+\.\d+$")


def test_a_missing_folder_says_where_and_what_to_do(tmp_path):
    with pytest.raises(InputError) as error:
        discover(Path("migrations/nope"), tmp_path, "sales")
    assert str(error.value) == (
        "migrations/nope: the migrations folder of pipeline sales does not exist: create it, "
        "or mend `migrations` of [pipelines.sales] in snowpact.toml"
    )


def test_a_folder_outside_the_project_is_refused(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(InputError, match="lies outside the project"):
        discover(Path("../elsewhere"), tmp_path / "project", "p")


def test_links(project, tmp_path_factory):
    """A link inside the project is a file like any other; one that leads out, or nowhere, is refused."""
    outside = tmp_path_factory.mktemp("outside") / "secret.sql"
    outside.write_text("select 1")
    os.symlink(project.write("../shared.sql", "select 1"), project.folder / "V1__in.sql")
    assert [script.name for script in project.discover()] == ["V1__in.sql"]
    os.symlink(outside, project.folder / "V2__out.sql")
    os.symlink("nowhere", project.folder / "V3__gone.sql")
    os.symlink(outside.parent, project.folder / "folder")
    with pytest.raises(InputError) as error:
        project.discover()
    assert [(fault.file, fault.message) for fault in error.value.faults] == [
        ("migrations/p/folder", "is a link that leads out of the project"),
        ("migrations/p/V2__out.sql", "is a link that leads out of the project"),
        ("migrations/p/V3__gone.sql", "is a link that leads nowhere"),
    ]


def test_a_link_to_a_folder_of_scripts_is_not_passed_over(project):
    project.write("../other/V1__x.sql", "select 1")
    project.write("../docs/readme.md", "text")
    os.symlink("../docs", project.folder / "docs")
    assert project.discover() == []
    os.symlink("../other", project.folder / "other")
    with pytest.raises(InputError, match="migrations/p/other: a link to a folder of scripts is not followed"):
        project.discover()


def test_a_name_that_is_not_utf_8_is_refused(project):
    with open(os.fsencode(project.folder) + b"/V1__\xff.sql", "w") as file:
        file.write("select 1")
    with pytest.raises(InputError, match=r"V1__\\udcff.sql: the file name is not UTF-8"):
        project.discover()
