"""The settings of a task beside its session parameters: which there are, and which values they take.

https://docs.snowflake.com/en/sql-reference/sql/create-task
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from snowpact.model.catalog import CatalogObject
from snowpact.model.errors import StatementError, UnsupportedFeature, compilation
from snowpact.sql.schedule import parse_schedule
from snowpact.sql.tokens import significant

SIZES = {"XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE", "X-SMALL", "X-LARGE", "XX-LARGE", "X2LARGE", "2X-LARGE"}
OVERLAP = {"NO_OVERLAP": False, "ALLOW_CHILD_OVERLAP": True, "ALLOW_ALL_OVERLAP": True}
_INTERVAL = re.compile(r"\d+\s+(?:HOURS?|MINUTES?|SECONDS?|H|M|S)", re.IGNORECASE)
SERVERLESS = (
    "user_task_managed_initial_warehouse_size", "serverless_task_min_statement_size", "serverless_task_max_statement_size",
    "target_completion_interval",
)  # fmt: skip

_Check = Callable[[str], bool]


def _between(least: int, most: int) -> _Check:
    return lambda value: value.isdigit() and least <= int(value) <= most


def _truth(value: str) -> bool:
    return value.upper() in {"TRUE", "FALSE"}


def _anything(value: str) -> bool:
    return True


def _size(value: str) -> bool:
    return value.upper() in SIZES


def _config(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


_CHECKS: dict[str, _Check] = {
    "user_task_managed_initial_warehouse_size": _size,
    "serverless_task_min_statement_size": _size,
    "serverless_task_max_statement_size": _size,
    "target_completion_interval": lambda value: _INTERVAL.fullmatch(value.strip()) is not None,
    "user_task_timeout_ms": _between(0, 604_800_000),
    "suspend_task_after_num_failures": _between(0, 2**31),
    "task_auto_retry_attempts": _between(0, 30),
    "user_task_minimum_trigger_interval_in_seconds": _between(10, 604_800),
    "allow_overlapping_execution": _truth,
    "overlap_policy": lambda value: value.upper() in OVERLAP,
    "config": _config,
    "error_integration": _anything,
    "success_integration": _anything,
    "log_level": _anything,
}
OPTIONS = {*_CHECKS, "warehouse", "schedule", "after", "finalize", "when", "state", "tags"}
"""Every property of a task that is no session parameter."""
_ROOT_ONLY = ("config", "task_auto_retry_attempts", "suspend_task_after_num_failures", "allow_overlapping_execution", "overlap_policy")


def require_setting(key: str, value: str) -> bool:
    """Whether it is a setting of a task's own; else it is a session parameter, or none. Raises for a value that it can't have [M]."""
    if key == "schedule":
        parse_schedule(value)
    elif key in _CHECKS and not _CHECKS[key](value):
        raise compilation(f"invalid value [{value}] for parameter '{key.upper()}'", 1008, "22023")
    return key in OPTIONS


_BRANCHING = {"SYSTEM$PREDECESSORS_STATE", "SYSTEM$TASK_COMPLETION_STATE"}


def require_condition(text: str) -> None:
    """Raise for a WHEN that this engine can't evaluate as an account does."""
    for token in significant(text):
        if token.word in _BRANCHING:
            raise UnsupportedFeature(f"{token.word} in the condition of a task")


def require_consistent(item: CatalogObject) -> None:
    """Raise where settings exclude each other."""
    serverless = [key for key in SERVERLESS if item.property(key) is not None]
    if item.property("warehouse") is not None and serverless:
        if serverless == ["target_completion_interval"]:
            raise StatementError("TARGET_COMPLETION_INTERVAL is only allowed for serverless Tasks.", 91857, "42601")
        raise compilation(f"WAREHOUSE and {serverless[0].upper()} can't both be set.", 1420, "42601")  # number [M]
    child = item.property("after") or item.property("finalize")
    for key in _ROOT_ONLY:
        if child and item.property(key) is not None:
            raise compilation(f"{key.upper()} can only be set on a root task.", 91413, "42601")  # number [M]


def overlaps(item: CatalogObject) -> bool:
    """Whether a graph may start again while it still runs."""
    policy = item.property("overlap_policy")
    return OVERLAP[policy.upper()] if policy else str(item.property("allow_overlapping_execution", "")).upper() == "TRUE"


def number_of(item: CatalogObject, key: str, default: int) -> int:
    return int(item.property(key, default))
