"""The project's own pipelines: what prediction makes of their scripts is what both targets tell of every kind, without one difference."""

from __future__ import annotations

import pytest

from snowpact.connect import open_target
from snowpact.diff.compare import compare
from snowpact.mapped import back
from snowpact.model.catalog import Kind
from snowpact.prepare import Rendering, prepare
from snowpact.project import load
from snowpact.promised import promises
from snowpact.standing import attached, compared, ledger_of, remade, standing
from snowpact.targets.inspect.visible import comparable

WITH = {
    ("meetup", "engagement"): set(),
    ("retail",): {Kind.MASKING_POLICY},
    ("customer360",): {Kind.MASKING_POLICY, Kind.SHARE, Kind.STAGE},
    ("studio",): {Kind.MASKING_POLICY, Kind.STAGE, Kind.FILE_FORMAT, Kind.DATA_METRIC_FUNCTION},
}


@pytest.mark.parametrize("pipelines", WITH, ids="-".join)
def test_what_is_predicted_is_what_is_there(pipelines, applied_alone, tmp_path, served):
    project = load(applied_alone(*pipelines).copy(tmp_path / "project").folder)
    config = project.target(None)
    prepared = prepare(project, project.pipelines, config, Rendering())
    with open_target(project, config) as local, served(local.engine) as account:
        for target in (local, account):
            found = standing(prepared, config, target)
            wanted = compared(back(config.databases, remade(found, lambda text: None).after))
            notes: list[str] = []
            asked = attached(promises(prepared.contracts, evolving=False), wanted)
            there = found.inspected({item.name.parts[0] for item in wanted if item.kind is not Kind.SHARE}, say=notes.append, wanted=asked)
            ledgers = {ledger_of(item, target).table.parts[0] for item in prepared.pipelines}
            ours, theirs = comparable(wanted, compared(there.catalog), there.protected, there.measured)
            assert [change for change in compare(ours, theirs) if change.object.parts[0] not in ledgers] == []
            assert {item.kind for item in theirs} >= WITH[pipelines] and notes == []
            assert there.measured == asked.metered and {item for item in asked.guarded if ours.relation(item)} <= there.protected
