"""Every rule, found by looking into this folder: adding a rule is adding its file.

A rule module has a docstring (what is wrong; what to do instead; why on Snowflake, with its source), ``ID``, ``SEVERITY``, and
either ``ON`` with ``judge(subject, context)`` or, for rules that use cases feed with facts, a factory ``finding(...)``. A module
that lacks one of them, or an id that is taken, is refused when the rules are loaded.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

import snowpact.rules
from snowpact.model.errors import InputError
from snowpact.rules.context import Context, Fault, Severities

NOT_RULES = frozenset({"context", "dependents", "facts", "judge", "literals", "registry", "shapes", "types"})
"""What else stands in this folder."""


class RuleDefect(Exception):
    """A rule module that may not be loaded: a mistake in snowpact itself, never the user's."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as loaded. on: the types of subject it wants to see; empty for a rule that is fed with facts."""

    id: str
    doc: str
    severity: Severities
    on: tuple[type, ...]
    judge: Callable[[Any, Context], Iterable[Fault]] | None

    @property
    def title(self) -> str:
        """The docstring's first line."""
        return self.doc.splitlines()[0].rstrip(".")


@cache
def registry() -> Mapping[str, Rule]:
    """Every rule by id, in the order of ids."""
    return MappingProxyType(collect(_modules()))


@cache
def rules_for(subject: type) -> tuple[Rule, ...]:
    """The rules that want to see subjects of this type."""
    return tuple(rule for rule in registry().values() if subject in rule.on)


def describe(rule_id: str) -> Rule:
    """One rule; an InputError naming the nearest ids for one that does not exist."""
    found = registry().get(rule_id)
    if found is None:
        near = get_close_matches(rule_id.replace("_", "-").lower(), registry(), cutoff=0.5)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise InputError(f"no rule is called {rule_id!r}{hint}. `snowpact rules` lists them all")
    return found


def collect(modules: Iterable[ModuleType]) -> dict[str, Rule]:
    """The rules of these modules by id; refuses a module that is no rule and an id that is taken."""
    rules: dict[str, Rule] = {}
    for module in modules:
        rule = _rule(module)
        if rule.id in rules:
            raise RuleDefect(f"{module.__name__}: the id {rule.id} is taken")
        rules[rule.id] = rule
    return dict(sorted(rules.items()))


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(snowpact.rules.__path__):
        if found.name not in NOT_RULES:
            yield importlib.import_module(f"snowpact.rules.{found.name}")


def _rule(module: ModuleType) -> Rule:
    doc = inspect.getdoc(module)
    if not doc or len(doc.splitlines()) < 3:
        raise RuleDefect(f"{module.__name__}: a rule's docstring says what is wrong, what to do instead, and why")
    missing = [name for name in ("ID", "SEVERITY") if not hasattr(module, name)]
    if missing:
        raise RuleDefect(f"{module.__name__}: no {' and no '.join(missing)}")
    on, judge = getattr(module, "ON", ()), getattr(module, "judge", None)
    fed = hasattr(module, "finding")
    if bool(on) != (judge is not None) or bool(on) == fed:
        raise RuleDefect(f"{module.__name__}: a rule has either ON and judge, or finding")
    if module.__name__.rpartition(".")[2] != module.ID.replace("-", "_"):
        raise RuleDefect(f"{module.__name__}: the file of {module.ID} is called {module.ID.replace('-', '_')}.py")
    return Rule(module.ID, doc, module.SEVERITY, tuple(on), judge)
