"""The registry refuses what is no rule; every rule explains itself; every difference of types has its rule."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from snowpact.model.change import ChangeType, TypeState
from snowpact.model.conversion import CROSS_FACTS, WITHIN
from snowpact.model.errors import InputError
from snowpact.rules.context import Severities
from snowpact.rules.registry import RuleDefect, collect, describe, registry

DOC = "Something is wrong.\n\nInstead: do otherwise.\nWhy: because."


def module(id: str = "my-rule", doc: str | None = DOC, **values) -> ModuleType:
    made = ModuleType(f"rules.{values.pop('file', id.replace('-', '_'))}", doc)
    defaults = {"ID": id, "SEVERITY": Severities(always="E"), "ON": (ChangeType,), "judge": lambda change, context: ()}
    for name, value in {**defaults, **values}.items():
        if value is not None:
            setattr(made, name, value)
    return made


def test_a_rule_is_taken_in():
    assert collect([module()])["my-rule"].title == "Something is wrong"


REFUSED = {
    "no docstring": [module(doc=None)],
    "a docstring that gives no way out": [module(doc="Something is wrong.")],
    "no severity": [module(SEVERITY=None)],
    "no id": [module(ID=None)],
    "an id that is taken": [module(), module()],
    "nothing that judges": [module(judge=None)],
    "nothing to judge": [module(ON=None)],
    "neither a judge nor a factory": [module(ON=None, judge=None)],
    "both a judge and a factory": [module(finding=lambda: None)],
    "another file": [module(file="other_rule")],
}


@pytest.mark.parametrize("defect", REFUSED)
def test_a_module_that_is_no_rule_is_refused(defect):
    with pytest.raises(RuleDefect):
        collect(REFUSED[defect])


@pytest.mark.parametrize("rule", sorted(registry()))
def test_a_rule_explains_itself(rule):
    """What is wrong in one line; what to do instead; why, from Snowflake's own pages where they say so."""
    found = describe(rule)
    assert found.title and not found.title.startswith(" ")
    assert re.search(r"^Instead: ", found.doc, re.MULTILINE)
    assert re.search(r"^Why: ", found.doc, re.MULTILINE)


def test_an_unknown_rule_is_an_input_error_that_names_near_ones():
    with pytest.raises(InputError, match="column-removed"):
        describe("Column_Removd")


def test_every_fact_of_the_table_of_conversions_has_its_rule():
    facts = {outcome.fact for dimensions in WITHIN.values() for one in dimensions for outcome in (one.more, one.less)}
    assert facts | set(CROSS_FACTS.values()) <= set(registry())


def test_every_rule_about_types_speaks_in_every_judgement():
    for rule in registry().values():
        if ChangeType in rule.on and rule.id not in ("type-unverified", "default-invalid"):
            assert rule.severity.satisfaction == "E" and rule.severity.schema_drift == "E" and rule.severity.evolution


def test_a_type_state_prints_as_its_type():
    from snowpact.model.types import DATE

    assert str(TypeState(DATE)) == "DATE"
