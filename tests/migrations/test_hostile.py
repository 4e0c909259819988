"""Templates are a stranger's programs: whatever they try, the answer is an input error, and the next one renders."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from snowpact.migrations.render import Renderer
from snowpact.migrations.sandbox import Limits
from snowpact.model.errors import InputError

CASES = yaml.safe_load(Path(__file__).with_name("hostile.yml").read_text())


def limits_for(message: str) -> Limits:
    """Short for what has no end, so that the test is fast; ample for the rest, so that a busy machine changes nothing."""
    return Limits(seconds=1.0 if message.startswith("took longer") else 60.0, memory=256 << 20, output=1_000_000)


@pytest.fixture
def hostile(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.sql"
    outside.write_text("select 'secret'")
    project.write("../../modules/m.sql", "")
    os.symlink(outside, project.folder / "link.sql")
    os.symlink(outside, project.root / "modules" / "link.sql")
    project.write("binary.sql", b"select 1\n\xff\xfe")
    project.write("control.sql", "a\n\n\0")
    return project


def text_of(case) -> str:
    if "template" in case:
        return case["template"]
    head, middle, times, tail = case["repeat"]
    return head + middle * times + tail


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_template_is_contained(hostile, case):
    expected = CASES[case]
    renderer = hostile.renderer(limits=limits_for(expected["message"]))
    hostile.write("V1__it.sql", text_of(expected))
    with pytest.raises(InputError) as error:
        renderer.render(hostile.script("V1__it.sql"))
    (fault,) = error.value.faults
    assert expected["message"] in str(fault)
    assert "secret'" not in str(fault)
    assert expected.get("line") in (None, fault.line)
    hostile.write("V2__fine.sql", "select {{ 1 }}")
    assert renderer.render(hostile.script("V2__fine.sql")).text == "select 1"


def test_loops_of_more_rounds_than_jinjas_own_limit_are_legal(project):
    text = "{% set n = namespace(i=0) %}{% for _ in range(150000) %}{% set n.i = n.i + 1 %}{% endfor %}select {{ n.i }}"
    rendered = project.render(text, limits=Limits(seconds=60.0))
    assert rendered.text == "select 150000"


def test_a_template_cannot_change_what_the_next_one_sees(project):
    project.write("V2__b.sql", "select {{ names | length }}")
    project.write("V1__a.sql", "{% set _ = names.append('x') %}select {{ names | length }}")
    renderer = project.renderer({"names": ["a"]})
    assert [item.text for item in renderer.render_all(project.discover())] == ["select 2", "select 1"]


def test_a_random_choice_is_the_same_each_time(project):
    project.write("V1__a.sql", "select {{ range(1000000) | random }}, {{ range(1000000) | random }}")
    texts = {project.renderer().render(project.script("V1__a.sql")).text for _ in range(3)}
    assert len(texts) == 1


def test_the_process_that_renders_knows_little():
    """It starts anew after each template that ate its memory, so it must start fast; and what it lacks can't be misused."""
    code = "import sys, snowpact.migrations.sandboxed; print(*(name for name in sys.modules if name.split('.')[0] in sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", code, "snowpact", "sqlglot", "duckdb", "click", "yaml", "schemachange"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    ours = {"marks", "origins", "wire", "sandboxed"}
    assert set(run.stdout.split()) == {"snowpact", "snowpact.migrations", *(f"snowpact.migrations.{name}" for name in ours)}


def test_every_fault_of_every_script_is_reported(project):
    for number, text in enumerate(["select {{ a }}", "select {{ 1 }}", "{% if %}", "\0", "-- nothing"], 1):
        project.write(f"V{number}__x.sql", text)
    with pytest.raises(InputError) as error:
        project.renderer().render_all(project.discover())
    assert [fault.file for fault in error.value.faults] == [f"migrations/p/V{number}__x.sql" for number in (1, 3, 4, 5)]


def test_the_first_template_that_takes_too_long_ends_the_run(project):
    """Ten scripts of five seconds each would be nearly a minute of silence."""
    for number in range(1, 4):
        project.write(f"V{number}__x.sql", "{{ (10 ** 6000000) // (3 ** 4000000) }}")
    with pytest.raises(InputError) as error:
        project.renderer(limits=Limits(seconds=0.3)).render_all(project.discover())
    assert [fault.file for fault in error.value.faults] == ["migrations/p/V1__x.sql"]


def test_a_missing_modules_folder_is_an_input_error(project):
    with pytest.raises(InputError, match="nowhere: the modules folder does not exist"):
        Renderer(project.root, Path("migrations/p"), Path("nowhere"))


def test_a_modules_folder_outside_the_project_is_refused(project):
    with pytest.raises(InputError, match="the modules folder lies outside the project"):
        Renderer(project.root, Path("migrations/p"), Path(".."))


def test_messages_cannot_play_with_the_terminal(project):
    with pytest.raises(InputError) as error:
        project.render("{{ env_var('\x1b[2J\ud800') }}".replace("\x1b", "\\x1b").replace("\ud800", "\\ud800"), live=True)
    assert str(error.value).isprintable()


BAD_FILES = {
    "binary": (b"\x7fELF\x00\x01", 1, "control character U+007F"),
    "garbage": (b"select 1;\n\x80\x81\xfe", 2, "is not UTF-8"),
    "utf-16": ("select 1".encode("utf-16"), 1, "is not UTF-8"),
    "a null character": (b"select 1;\n\nselect '\0'", 3, "control character U+0000"),
    "empty": (b"", None, "renders to nothing"),
    "comments": (b"-- later\n", None, "holds comments only"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_script(project, case):
    content, line, message = BAD_FILES[case]
    with pytest.raises(InputError) as error:
        project.render(content)
    (fault,) = error.value.faults
    assert (fault.file, fault.line) == ("migrations/p/V1__it.sql", line)
    assert message in fault.message


def test_an_undefined_variable_is_named_with_its_place_and_the_way_out(project):
    with pytest.raises(InputError) as error:
        project.render("select 1;\n\nselect {{ warehouse }}")
    assert str(error.value) == (
        "migrations/p/V1__it.sql:3: the variable warehouse is not defined: "
        "give it with --vars warehouse=… or in [vars] of snowpact.toml"
    )


def test_an_undefined_variable_of_a_module_is_placed_in_the_module(project):
    project.write("../../modules/m.sql", "{% macro f() %}\n\n{{ schema }}{% endmacro %}")
    with pytest.raises(InputError, match=r"modules/m.sql:3: the variable schema is not defined"):
        project.render("{% import 'modules/m.sql' as m %}{{ m.f() }}")


ENVIRON = {"SHOWN": "shown", "DB_SECRET": "hunter2"}
ENVIRONMENT = [
    # (expression, live, allowed names, text, names whose value is unknown)
    ("env_var('SHOWN')", True, (), "shown", ()),
    ("env_var('SHOWN')", False, (), "<env SHOWN>", ("SHOWN",)),
    ("env_var('SHOWN', 'default')", False, (), "default", ("SHOWN",)),
    ("env_var('SHOWN')", False, ("SHOWN",), "shown", ()),
    ("env_var('ABSENT', 'default')", True, (), "default", ()),
    ("env_var('ABSENT', 'default')", False, ("ABSENT",), "default", ()),
    ("env_var(env_var='ABSENT', default='default')", True, (), "default", ()),
]


@pytest.mark.parametrize(("expression", "live", "allowed", "text", "unknown"), ENVIRONMENT)
def test_env_var(project, expression, live, allowed, text, unknown):
    rendered = project.render(f"{{{{ {expression} }}}}", live=live, allowed_env=allowed, environ=ENVIRON)
    assert (rendered.text, rendered.unknown) == (text, unknown)


@pytest.mark.parametrize(("live", "allowed"), [(True, ()), (False, ("ABSENT",))])
def test_an_environment_variable_that_is_not_set_is_an_input_error(project, live, allowed):
    with pytest.raises(InputError, match=r"V1__it.sql:2: the environment variable ABSENT is not set"):
        project.render("select\n{{ env_var('ABSENT') }}", live=live, allowed_env=allowed, environ={})


def test_secrets_of_the_environment_are_starred(project):
    project.write("V1__a.sql", "select '{{ env_var('DB_SECRET') }}'")
    renderer = project.renderer(live=True, environ=ENVIRON)
    rendered = renderer.render(project.script("V1__a.sql"))
    assert rendered.text == "select 'hunter2'"
    assert renderer.redact(rendered.text) == "select '***'"


def test_variables_that_no_template_can_hold(project):
    bomb = ["x"]
    for _ in range(30):
        bomb = [bomb, bomb]
    with pytest.raises(InputError, match="the variable bomb holds more than 100000 values"):
        project.renderer({"bomb": bomb})
    with pytest.raises(InputError, match="the variable raw is a bytes"):
        project.renderer({"raw": b"x"})


def test_dates_of_a_configuration_keep_their_type(project):
    variables = {"day": date(2026, 11, 20), "at": datetime(2026, 11, 20, 13, 5)}
    rendered = project.render("select '{{ day }}', {{ day.year }}, '{{ at }}'", variables)
    assert rendered.text == "select '2026-11-20', 2026, '2026-11-20 13:05:00'"
