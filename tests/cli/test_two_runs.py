"""Two runs at once: the second one to begin applying sees that the ledger is not what it planned on, and applies nothing."""

from __future__ import annotations

import pytest

from snowpact.apply import apply
from snowpact.connect import open_target
from snowpact.init import init
from snowpact.judging import Judging
from snowpact.model.errors import Held
from snowpact.plan import plan
from snowpact.prepare import Rendering, prepare
from snowpact.project import load


def test_a_run_planned_on_another_ledger_is_held(tmp_path):
    init(tmp_path)
    project = load(tmp_path)
    config = project.target(None)
    prepared = prepare(project, project.pipelines, config, Rendering(live=True))
    with open_target(project, config) as target:
        first, second = (plan(prepared, config, target, Judging()) for _ in range(2))
        apply(first)
        with pytest.raises(Held, match=r"SNOWPACT\.ORDERS\.CHANGE_HISTORY changed"):
            apply(second)
        rows = target.execute("SELECT SCRIPT FROM SNOWPACT.ORDERS.CHANGE_HISTORY").rows
    assert rows == (("V1.0.0__orders.sql",),)
