"""`migrate repair`: make the ledger tell the truth again. Only the ledger is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from snowpact.model.errors import InputError
from snowpact.model.report import Report, Verdict
from snowpact.prepare import Prepared, PreparedPipeline, PreparedScript
from snowpact.standing import ledger_of
from snowpact.targets.protocol import Target


@dataclass(frozen=True, slots=True)
class Repairs:
    """Files (or script names) and what to do with their rows."""

    accept: tuple[str, ...] = ()
    forget_failed: tuple[str, ...] = ()
    mark_applied: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accept or self.forget_failed or self.mark_applied or self.forget)


def repair(prepared: Prepared, target: Target, repairs: Repairs) -> Report:
    """Carry out every repair; what is named is looked up first, so that a misspelt name changes nothing."""
    found = {name: _script(prepared, name) for name in (*repairs.accept, *repairs.forget_failed, *repairs.mark_applied)}
    gone = {name: _ledger_with(prepared, target, name) for name in repairs.forget}
    done: list[str] = []
    for name in repairs.accept:
        item, script = found[name]
        ledger_of(item, target).accept(script.script, script.rendered.checksum)
        done.append(f"accepted {script.script.path}")
    for name in repairs.forget_failed:
        item, script = found[name]
        ledger_of(item, target).forget_failures(script.script.name)
        done.append(f"forgot the failed runs of {script.script.path}")
    for name in repairs.mark_applied:
        item, script = found[name]
        ledger = ledger_of(item, target)
        ledger.ensure()
        ledger.mark_applied(script.script, script.rendered.checksum, str(target.execute("SELECT CURRENT_USER()").rows[0][0]))
        done.append(f"marked {script.script.path} as applied")
    for name, item in gone.items():
        ledger_of(item, target).forget(name)
        done.append(f"forgot {name}")
    return Report("migrate repair", Verdict.PASSED, summary={"repaired": done})


def _script(prepared: Prepared, name: str) -> tuple[PreparedPipeline, PreparedScript]:
    wanted = PurePosixPath(name).as_posix()
    matches = [(item, script) for item in prepared.chosen for script in item.scripts if wanted in (script.script.path, script.script.name)]
    if len(matches) != 1:
        raise InputError(f"{name} names {len(matches) or 'no'} scripts of the chosen pipelines; `migrate status` shows them")
    return matches[0]


def _ledger_with(prepared: Prepared, target: Target, script: str) -> PreparedPipeline:
    for item in prepared.chosen:
        if any(row.script == script for row in ledger_of(item, target).read() or ()):
            return item
    raise InputError(f"no ledger of the chosen pipelines has a row of {script}")
