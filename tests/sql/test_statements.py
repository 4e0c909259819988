"""The statement parsers: what each reads, and that what it does not know is an error at its place. Cases in cases/statements."""

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.create_table import parse_create_table
from snowpact.sql.statements.create_view import parse_create_view
from snowpact.sql.statements.dynamic_table import lag_seconds, parse_create_dynamic_table
from snowpact.sql.statements.routine import parse_create_routine
from snowpact.sql.tokens import SqlInputError

CASES = Path(__file__).parent / "cases" / "statements"
PARSERS = {
    "create_table": parse_create_table,
    "create_view": parse_create_view,
    "dynamic_table": parse_create_dynamic_table,
    "routine": parse_create_routine,
    "alter": parse_alter,
}


def cases():
    for family, parse in PARSERS.items():
        for case in yaml.safe_load((CASES / f"{family}.yml").read_text(encoding="utf-8")):
            yield pytest.param(parse, case, id=f"{family}: {case.get('name', case['sql'])}")


def default_of(field):
    return field.default_factory() if field.default_factory is not MISSING else field.default


def plain(value):
    """A parsed statement as YAML would write it: defaults left out, types and names as text, actions as [name, fields]."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, SnowflakeType | Name):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        given = {field.name: getattr(value, field.name) for field in fields(value) if getattr(value, field.name) != default_of(field)}
        found = {name: plain(item) for name, item in given.items()}
        return [type(value).__name__, found] if type(value).__module__.endswith(".actions") else found
    return value


def without_defaults(expected):
    """``if_exists`` has no default in Alter and ``kind`` may be left to the reader: nothing else is added."""
    return {"if_exists": False, **expected} if "actions" in expected else expected


def action_defaults(actions):
    return [[name, {key: value for key, value in given.items() if value is not None}] for name, given in actions]


@pytest.mark.parametrize(("parse", "case"), list(cases()))
def test_statement(parse, case):
    if "error" in case:
        with pytest.raises(SqlInputError) as error:
            parse(case["sql"])
        assert (error.value.message, error.value.offset) == (case["error"], case["at"])
        return
    found = plain(parse(case["sql"]))
    if "actions" in found:
        found["actions"] = action_defaults(found["actions"])
    assert found == without_defaults(case["expect"])


@pytest.mark.parametrize("family", ["create_table", "create_view", "dynamic_table"])
def test_a_query_is_found_again_at_its_offset(family):
    queries = 0
    for case in yaml.safe_load((CASES / f"{family}.yml").read_text(encoding="utf-8")):
        if "query_offset" in case.get("expect", {}):
            queries += 1
            assert case["sql"][case["expect"]["query_offset"] :].startswith(case["expect"]["query"])
    assert queries


LAGS = {"1 minute": 60, "5 minutes": 300, "2 hours": 7200, "90 seconds": 90, "DOWNSTREAM": None}


@pytest.mark.parametrize(("lag", "seconds"), LAGS.items())
def test_lag_in_seconds(lag, seconds):
    assert lag_seconds(lag) == seconds


def test_a_deeply_nested_type_is_an_input_error():
    with pytest.raises(SqlInputError, match="nested too deeply"):
        parse_create_table("CREATE TABLE t (a " + "ARRAY(" * 3000 + "INT" + ")" * 3000 + ")")


def test_overloads_are_told_apart_by_their_base_types():
    routine = parse_create_routine("CREATE FUNCTION f(a INT, b VARCHAR(3), c TIMESTAMP) RETURNS INT AS '1'")
    assert routine.signature == "(NUMBER, VARCHAR, TIMESTAMP_NTZ)"


WORDS = (
    "table t view v dynamic procedure function add column drop if exists not null set unset tag alter modify rename to ( ) , = . 'x' "
    '"y" 1 int varchar default primary key constraint as select returns language comment cluster by target_lag with masking policy '
    "on $$x$$ swap"
)


@given(st.sampled_from(["create", "alter"]), st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_any_statement_is_read_or_refused(verb, rest):
    for parse in PARSERS.values():
        try:
            parse(f"{verb} {rest}")
        except SqlInputError as error:
            assert 0 <= error.offset <= len(verb) + 1 + len(rest)
