"""What would run is what schemachange's own ``deploy`` runs, over random scripts and ledgers; each difference has a name."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemachange.deploy import deploy
from schemachange.version import max_alphanumeric

from snowpact.migrations.checksum import checksum
from snowpact.migrations.discover import discover, parse_name
from snowpact.migrations.ledger import FAILED, SUCCESS, Row
from snowpact.migrations.order import ambiguities, version_key
from snowpact.migrations.plan import State, pending
from snowpact.migrations.render import Renderer

NAMES = ["V1__a.sql", "V2__b.sql", "V2.1__c.sql", "V10__d.sql", "V1.5__e.sql", "R__f.sql", "R__g.sql", "A__h.sql"]
TEXTS = ["select 1", "select 2"]
FILES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=6)
ROWS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(TEXTS), st.sampled_from([SUCCESS, SUCCESS, FAILED])), max_size=8)


def their_run(root: Path, rows: list[Row], out_of_order: bool) -> list[str]:
    """The names of the scripts that schemachange would apply, in its order."""
    ran: list[str] = []
    versioned = {row.script: {"checksum": row.checksum} for row in rows if row.kind == "V" and row.status == SUCCESS}
    versions = [row.version for row in rows if row.kind == "V" and row.status == SUCCESS]
    repeatable = {row.script: [row.checksum] for row in rows if row.kind == "R" and row.status == SUCCESS}
    session = SimpleNamespace(
        **dict.fromkeys(["account", "role", "warehouse", "database", "schema"]),
        change_history_table=SimpleNamespace(fully_qualified="X"),
        get_script_metadata=lambda **_: (versioned, repeatable, max_alphanumeric(versions)),
        apply_change_script=lambda script, **_: ran.append(script.name),
    )
    config = SimpleNamespace(
        root_folder=root,
        modules_folder=None,
        config_vars={},
        out_of_order=out_of_order,
        dry_run=False,
        create_change_history_table=True,
        version_number_validation_regex=None,
        raise_exception_on_ignored_versioned_script=False,
    )
    deploy(config, session)
    return ran


@settings(max_examples=120, deadline=None)
@given(FILES, ROWS, st.booleans())
@pytest.mark.filterwarnings("ignore")
def test_the_same_scripts_run_in_the_same_order(files, history, out_of_order):
    rows = []
    for name, text, status in history:
        script = parse_name(name, name, "p")
        rows.append(Row(script.version, "", name, script.kind, checksum(text), 0, status, "ME", None))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            (root / name).write_text(text)
        theirs = their_run(root, rows, out_of_order)
        scripts = discover(Path("."), root, "p")
        with Renderer(root, Path(".")) as renderer:
            plan = pending(renderer.render_all(scripts), rows, out_of_order)
    failed = {entry.script.name for entry in plan.of(State.FAILED)}
    ours = [entry.script.name for entry in plan.to_run]
    assert {name for name in ours if name not in failed} == {name for name in theirs if name not in failed}
    assert set(theirs) <= set(ours)  # what failed, we run again even where schemachange would skip it
    if not ambiguities(scripts):
        assert [name for name in ours if name in theirs] == theirs
    assert all(version_key(entry.script.version) < version_key(plan.highest or "") for entry in plan.of(State.LATE))
