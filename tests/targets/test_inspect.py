"""Inspection over recorded answers: one catalog, a constant number of statements, every limit of an account met and survived."""

from __future__ import annotations

from collections import Counter

import pytest

from snowpact.model.catalog import Constraint, Kind
from snowpact.model.errors import StatementError, TargetUnreachable
from snowpact.model.names import Name
from snowpact.model.types import Certainty
from snowpact.targets.inspect import inspect
from snowpact.targets.inspect.visible import visible

ORDERS, LINES = Name.of("DB", "RAW", "ORDERS"), Name.of("DB", "RAW", "LINES")
DAILY, HIDDEN = Name.of("DB", "PUBLIC", "DAILY"), Name.of("DB", "PUBLIC", "HIDDEN_DAILY")


@pytest.fixture
def live(recorded):
    return inspect(recorded(), ["DB"])


def test_every_kind_is_found_and_nothing_of_information_schema(live):
    found = {str(item.name): item.kind for item in live.catalog}
    assert found == {
        "DB": Kind.DATABASE,
        "DB.PUBLIC": Kind.SCHEMA,
        "DB.RAW": Kind.SCHEMA,
        "DB.RAW.ORDERS": Kind.TABLE,
        "DB.RAW.LINES": Kind.TABLE,
        "DB.RAW.LAKE": Kind.ICEBERG_TABLE,
        "DB.PUBLIC.DAILY": Kind.DYNAMIC_TABLE,
        "DB.PUBLIC.HIDDEN_DAILY": Kind.DYNAMIC_TABLE,
        "DB.PUBLIC.RECENT": Kind.VIEW,
        "DB.PUBLIC.SECRET": Kind.VIEW,
        'DB.PUBLIC."PLUS(NUMBER, NUMBER)"': Kind.FUNCTION,
        'DB.PUBLIC."MEMBERS(NUMBER)"': Kind.FUNCTION,
        'DB.PUBLIC."BLANKS(T TABLE)"': Kind.DATA_METRIC_FUNCTION,
        'DB.PUBLIC."LOAD()"': Kind.PROCEDURE,
        "DB.RAW.SEQ": Kind.SEQUENCE,
        "DB.RAW.ORDERS_STREAM": Kind.STREAM,
        "DB.RAW.LOAD_ORDERS": Kind.TASK,
    }


@pytest.mark.parametrize(
    ("column", "type_", "certainty"),
    [
        ("ID", "NUMBER(38,0)", "exact"),
        ("NOTE", "VARCHAR(20)", "exact"),
        ("TEXT1", "VARCHAR", "exact"),
        ("TEXT2", "VARCHAR", "exact"),
        ("AMOUNT", "NUMBER(18,2)", "exact"),
        ("AT", "TIMESTAMP_LTZ(3)", "exact"),
        ("DAY", "DATE", "exact"),
        ("HASH", "BINARY(32)", "exact"),
        ("low er", "ARRAY", "family"),
        ("NEWFANGLED", "UNKNOWN", "unknown"),
    ],
)
def test_a_type_is_as_certain_as_the_account_allows(live, column, type_, certainty):
    found = live.catalog.relation(ORDERS).column(column)
    assert (str(found.type), found.certainty.value) == (type_, certainty)
    assert (found.reason is None) == (certainty == "exact")


def test_columns_come_in_order_with_all_that_is_known_of_them(live):
    orders = live.catalog.relation(ORDERS)
    assert [column.name for column in orders.columns][:3] == ["ID", "NOTE", "TEXT1"]
    assert (orders.column("ID").identity, orders.column("ID").nullable, orders.column("ID").default) == ((100, 10), False, None)
    assert (orders.column("NOTE").default, orders.column("NOTE").comment) == ("'none'", "What they said")
    assert orders.column("AT").default == "CURRENT_TIMESTAMP()"
    assert orders.column("DAY").expression == "TO_DATE(AT)"


def test_keys_come_from_show_in_their_own_order(live):
    assert set(live.catalog.relation(LINES).constraints) == {
        Constraint("PRIMARY KEY", ("ORDER_ID", "LINE")),
        Constraint("FOREIGN KEY", ("ORDER_ID",), ORDERS, ("ID",)),
    }
    assert [item.name for item in live.catalog.relation(ORDERS).constraints] == ["ORDERS_PK", "NOTE_IS_UNIQUE"]


def test_a_key_that_nobody_declared_is_skipped(live):
    assert live.catalog.relation(Name.of("DB", "RAW", "LAKE")).constraints == ()


def test_a_view_is_its_query(live):
    assert live.catalog.relation(Name.of("DB", "PUBLIC", "RECENT")).definition == "select id from raw.orders"


def test_a_dynamic_table_has_its_settings_and_the_refresh_mode_that_was_asked_for(live):
    daily = live.catalog.relation(DAILY)
    assert daily.definition == "select to_date(at) as day from raw.orders"
    assert dict(daily.properties) == {"target_lag": "5 minutes", "warehouse": "WH", "scheduling_state": "SUSPENDED"}


def test_objects_have_their_own_properties(live):
    orders, schema = live.catalog.relation(ORDERS), live.catalog.get(Kind.SCHEMA, Name.of("DB", "RAW"))
    assert (dict(orders.properties), orders.comment) == ({"transient": True, "cluster_by": "REGION,DAY"}, "Orders as they come")
    assert dict(schema.properties) == {"transient": True, "managed_access": True}
    assert dict(live.catalog.get(Kind.FUNCTION, Name.of("DB", "PUBLIC", "MEMBERS(NUMBER)")).properties) == {
        "language": "PYTHON", "secure": True, "arguments": (("N", "NUMBER"),), "returns": "TABLE (ID NUMBER, NAME VARCHAR)",
    }  # fmt: skip


def test_what_the_role_could_not_see_is_said(live):
    notes = "\n".join(live.notes)
    unseen = (
        "role ANALYST may not see the definition of DB.PUBLIC.SECRET",
        "the query and target lag of DB.PUBLIC.HIDDEN_DAILY",
        "the bodies of 1 functions or procedures of DB",
        "sees no column of DB.PUBLIC.SECRET",
        "the signature (T TABLE) of DB.PUBLIC.BLANKS",
        "the fraction digits of 1 columns of DB",
    )
    assert [said for said in unseen if said not in notes] == []


def test_a_described_object_is_precise(recorded):
    orders = inspect(recorded(), ["DB"], precise=[ORDERS]).catalog.relation(ORDERS)
    assert orders.column("NOTE").collation == "en-ci"
    assert orders.column("NOTE").masking_policy == Name.of("DB", "PUBLIC", "MASK")
    assert str(orders.column("low er").type) == "ARRAY(NUMBER(38,0))"
    assert orders.column("low er").certainty is Certainty.EXACT
    assert orders.column("ID").identity == (100, 10)


@pytest.mark.parametrize("limits", [{"lower": True}, {"lacks": ["KIND"]}, {"lacks": ["IS_HYBRID", "IS_DATA_METRIC"]}])
def test_other_spellings_and_missing_columns_change_little(recorded, live, limits):
    other = inspect(recorded(**limits), ["DB"]).catalog
    assert {item.name for item in other} == {item.name for item in live.catalog}
    orders, known = other.relation(ORDERS), live.catalog.relation(ORDERS)
    assert [(column.name, column.type) for column in orders.columns] == [(column.name, column.type) for column in known.columns]


@pytest.mark.parametrize("refused", [["COLUMNS"], ["TABLES"], ["VIEWS"], ["TABLES", "VIEWS", "COLUMNS", "FUNCTIONS"]])
def test_too_much_data_is_asked_for_schema_by_schema(recorded, live, refused):
    assert inspect(recorded(refused=refused), ["DB"]).catalog == live.catalog


def test_what_is_too_much_even_of_one_schema_is_shown_and_described(recorded, live):
    other = inspect(recorded(refused=["TABLES", "TABLES RAW", "VIEWS", "VIEWS PUBLIC", "COLUMNS", "COLUMNS RAW"]), ["DB"]).catalog
    assert other.objects.keys() == live.catalog.objects.keys()
    assert {item.name: item.kind for item in other} == {item.name: item.kind for item in live.catalog}
    assert other.relation(ORDERS).properties == live.catalog.relation(ORDERS).properties
    assert [column.name for column in other.relation(ORDERS).columns] == [column.name for column in live.catalog.relation(ORDERS).columns]
    assert other.relation(Name.of("DB", "PUBLIC", "RECENT")) == live.catalog.relation(Name.of("DB", "PUBLIC", "RECENT"))


def test_what_the_role_may_not_list_is_said_and_the_rest_is_found(recorded):
    found = inspect(recorded(forbidden=["IMPORTED KEYS"]), ["DB"])
    assert [item.kind for item in found.catalog.relation(LINES).constraints] == ["PRIMARY KEY"]
    assert "role ANALYST may not list imported keys of DB" in found.notes


def test_a_missing_database_is_named_with_the_role(recorded):
    with pytest.raises(TargetUnreachable) as raised:
        inspect(recorded(databases=["DB"]), ["DB", "NOWHERE"])
    assert "database NOWHERE" in str(raised.value) and "role ANALYST" in str(raised.value) and "'prod'" in str(raised.value)


def test_no_warehouse_is_said_with_its_remedy(recorded):
    account = recorded()
    account.asleep = True
    with pytest.raises(TargetUnreachable, match=r"needs a warehouse .* SNOWFLAKE_WAREHOUSE"):
        inspect(account, ["DB"])


def test_missing_columns_are_said(recorded):
    assert "INFORMATION_SCHEMA.COLUMNS of DB lacks some of KIND, EXPRESSION" in inspect(recorded(lacks=["EXPRESSION"]), ["DB"]).notes


@pytest.mark.parametrize("refused", [["SCHEMATA"], ["FUNCTIONS", "FUNCTIONS PUBLIC"]])
def test_too_much_data_without_another_way_is_an_error(recorded, refused):
    with pytest.raises(StatementError, match="too much data"):
        inspect(recorded(refused=refused), ["DB"])


def test_another_error_is_passed_on(recorded):
    account = recorded(lacks=["COMMENT"])
    with pytest.raises(StatementError, match="invalid identifier"):
        inspect(account, ["DB"])


@pytest.mark.parametrize("count", [1, 1_000])
def test_the_number_of_statements_does_not_depend_on_the_number_of_tables(tables, count):
    account = tables(count)
    found = inspect(account, ["DB"])
    assert len(found.catalog.relations()) == count and not found.notes
    assert all(str(item.columns[0].type) == "TIMESTAMP_NTZ(3)" and len(item.constraints) == 1 for item in found.catalog.relations())
    assert len(account.statements) == 17


def test_a_list_of_more_than_ten_thousand_is_fetched_in_pages(tables):
    account = tables(10_001)
    created = {"text": "create dynamic table x as select 1", "target_lag": "1 hour"}
    account.shows = {"DYNAMIC TABLES": [{**row, **created} for row in account.shows["TABLES"]]}
    found = inspect(account, ["DB"]).catalog
    assert sum(item.kind is Kind.DYNAMIC_TABLE for item in found) == 10_001
    assert [sql for sql in account.statements if sql.startswith("SHOW DYNAMIC")] == [
        'SHOW DYNAMIC TABLES IN DATABASE "DB" LIMIT 10000',
        'SHOW DYNAMIC TABLES IN SCHEMA "DB"."S" LIMIT 10000',
        'SHOW DYNAMIC TABLES IN SCHEMA "DB"."S" LIMIT 10000 FROM \'T09999\'',
    ]


def test_ten_thousand_rows_are_no_whole_answer(tables, monkeypatch):
    """With a page of 10 instead: keys fall back to schemas, then tables; pages go on after the last name."""
    monkeypatch.setattr("snowpact.targets.inspect.probe.PAGE", 10)
    account = tables(25, schemas=("S", "T"), page=10, refused=["TABLES", "TABLES S", "TABLES T"])
    found = inspect(account, ["DB"])
    assert len(found.catalog.relations()) == 50
    assert all(len(item.constraints) == 1 for item in found.catalog.relations())
    asked = Counter(sql.split(" IN ")[0] + " " + sql.split(" IN ")[1].split()[0] for sql in account.statements if sql.startswith("SHOW"))
    assert (asked["SHOW TABLES SCHEMA"], asked["SHOW PRIMARY KEYS TABLE"]) == (6, 50)
    assert asked["SHOW COLUMNS TABLE"] == 0 and any("fraction digits" in note for note in found.notes)


def test_no_database_is_no_question(recorded):
    account = recorded()
    assert len(inspect(account, []).catalog) == 0 and account.statements == []


def test_what_was_inspected_is_all_visible(live):
    assert visible(live.catalog) == live.catalog


def test_a_task_has_its_statement_and_what_it_runs_after(live):
    task = live.catalog.get(Kind.TASK, Name.of("DB", "RAW", "LOAD_ORDERS"))
    assert task.definition == "INSERT INTO LINES SELECT 1"
    assert task.property("after") == (Name.of("DB", "RAW", "ROOT"),)
    assert [task.property(key) for key in ("warehouse", "when", "state", "schedule")] == [
        "WH",
        "SYSTEM$STREAM_HAS_DATA('ORDERS_STREAM')",
        "started",
        None,
    ]


def test_a_stream_has_its_source_and_mode(live):
    stream = live.catalog.get(Kind.STREAM, Name.of("DB", "RAW", "ORDERS_STREAM"))
    assert (stream.property("source"), stream.property("mode")) == (ORDERS, "APPEND_ONLY")
