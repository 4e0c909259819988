"""schemachange-config.yml: both versions, rendered with env_var, a wrong key or type an error."""

from __future__ import annotations

from itertools import pairwise

import pytest

from snowpact.migrations.config import history_table, load_config
from snowpact.model.errors import InputError
from snowpact.model.names import Name

V1 = """
config-version: 1
root-folder: migrations
modules-folder: modules
change-history-table: meta.history.changes
create-change-history-table: true
snowflake-warehouse: WH
vars:
  database: "{{ env_var('DB', 'DEV') }}"
  deep: {n: 1}
"""
V2 = """
config-version: 2
schemachange:
  root-folder: migrations
  modules_folder: modules
  change-history-table: meta.history.changes
  create-change-history-table: true
  vars:
    database: "{{ env_var('DB', 'DEV') }}"
    deep: {n: 1}
snowflake:
  warehouse: WH
"""


@pytest.fixture
def load(project):
    def run(text, **options):
        path = project.write("../../schemachange-config.yml", text)
        return load_config(path, project.renderer(**options))

    return run


@pytest.mark.parametrize("text", [V1, V2], ids=["version 1", "version 2"])
def test_both_versions_say_the_same(load, text):
    config = load(text, live=True, environ={"DB": "PROD"})
    assert (config.root_folder, config.modules_folder, config.create_change_history_table) == ("migrations", "modules", True)
    assert config.vars == {"database": "PROD", "deep": {"n": 1}}
    assert config.history == Name.of("META", "HISTORY", "CHANGES")
    assert config.snowflake == {"warehouse": "WH"}


def test_in_a_check_the_environment_is_not_read(load):
    assert load(V1, environ={"DB": "PROD"}).vars["database"] == "DEV"


@pytest.mark.parametrize("text", ["", "# nothing\n", "config-version: 2\n", "vars:\n"])
def test_an_empty_file_says_nothing(load, text):
    config = load(text)
    assert (config.root_folder, config.vars, config.history) == (None, {}, None)


BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnopqrstuvwxyz"))
WRONG = {
    "root-foldr: x": "unknown setting root-foldr",
    "config-version: 2\nroot-folder: x": "unknown section root-folder",
    "config-version: 2\nschemachange:\n  roots: x": "unknown setting roots",
    "config-version: 3": "config-version is 1 or 2, not 3",
    "config-version: 2\nschemachange: 1": "the section schemachange must be a mapping",
    "- a": "expected a mapping of settings",
    "autocommit: sometimes": "autocommit must be true or false, not 'sometimes'",
    "root-folder: 1": "root-folder must be text, not 1",
    "vars: [1]": "vars must be a mapping",
    "change-history-table: a.b.c.d": "change-history-table",
    "version-number-validation-regex: '('": "is no regular expression",
    "a: [1,\nb: 2": "schemachange-config.yml:2: not YAML",
    "vars: {a: *b}": "not YAML",
    "{{ nope }}": "schemachange-config.yml:1: the variable nope is not defined",
    "{% include 'x' %}": "there is no template 'x'",
    "a: !!python/object/apply:os.system [ls]": "not YAML",
    "[" * 5000: "nested too deeply",
    BOMB + "autocommit: *z": "autocommit must be true or false, not a list",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_an_input_error(load, text):
    with pytest.raises(InputError) as error:
        load(text)
    assert WRONG[text] in str(error.value)


def test_all_faults_are_reported(load):
    with pytest.raises(InputError) as error:
        load("a: 1\nb: 2\nautocommit: 3")
    assert len(error.value.faults) == 3


NAMES = {
    "history": ("METADATA", "SCHEMACHANGE", "HISTORY"),
    "s.h": ("METADATA", "S", "H"),
    "d.s.h": ("D", "S", "H"),
    'd."s".h': ("D", "s", "H"),
    '"my.db".s.h': ("my.db", "S", "H"),
    "my-db.s.h": ("my-db", "S", "H"),
}


@pytest.mark.parametrize("text", NAMES)
def test_the_ledgers_name(text):
    assert history_table(text) == Name.of(*NAMES[text])


@pytest.mark.parametrize("text", ["a..b", "a.b.c.d", 'a"b', ""])
def test_what_is_no_name_of_a_ledger(text):
    with pytest.raises(ValueError, match="is no name"):
        history_table(text)
