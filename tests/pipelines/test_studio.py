"""docs/pipelines/studio.md, played: the specification's live demo, routing, history, the vault, metrics, bad data."""

from __future__ import annotations

import json

import pytest
from tests.pipelines.studio import DB, GENERATE, REFRESH, RUN, TABLES, one, send, verified

ROUTE, MERGE, VAULT = "TSK_ROUTE_FAN_DATA", "TSK_MERGE_FAN_SCD2", "TSK_UPDATE_PII_VAULT"
CHAIN = {  # in the order in which they are refreshed: target lag in minutes
    "STG_BOX_OFFICE_FLATTEN": 5,
    "STG_BOX_OFFICE_CURRENCY": 5,
    "STG_BOX_OFFICE_DEDUP": 5,
    "FACT_DAILY_PERFORMANCE": 10,
    "AGG_FRANCHISE_PERFORMANCE": 15,
}


@pytest.fixture
def project(applied_alone, tmp_path):
    return applied_alone("studio").copy(tmp_path / "project")


@pytest.fixture(scope="module")
def generated(applied_alone, tmp_path_factory):
    """A week of events, 24 titles, 14 days of box office, moved by their schedules for a quarter of an hour. Not to be changed: copy it."""
    made = applied_alone("studio").copy(tmp_path_factory.mktemp("generated") / "project")
    made.sql(GENERATE)
    answer = made.run("snowpact local run --for 15m --format json")
    assert answer.code == 0, answer.err
    return made


@pytest.fixture
def played(generated, tmp_path):
    return generated.copy(tmp_path / "played")


def health(project) -> dict[str, int]:
    rows = project.sql(f"SELECT table_name, row_count FROM {DB}.GOVERNANCE.PIPELINE_HEALTH")
    return {row["TABLE_NAME"].partition(".")[2]: row["ROW_COUNT"] for row in rows}


def gross(project) -> float:
    return float(one(project, f"SELECT SUM(gross_usd) AS G FROM {DB}.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE")["G"])


def test_the_live_demo(played):
    """Seed 001, 9: dashboard, insert, watch the stream, trigger the task, look at the refreshes, dashboard again."""
    before, had = health(played), gross(played)
    waiting = f"SELECT SYSTEM$STREAM_HAS_DATA('{DB}.RAW.RAW_FAN_STREAM') AS WAITING"
    assert one(played, waiting) == {"WAITING": False}
    guest = {"account_type": "GUEST", "session_id": "S1", "country": "JP", "event_type": "share", "event_timestamp": "2026-02-01 10:00:00"}
    bought = {"event_type": "ticket_purchase", "amount": 1000, "currency": "USD"}
    send(played, verified(900001, "2026-02-01 10:00:00", **bought), verified(900002, "2026-02-01 10:00:01"), guest)
    line = '[{"title_id": "T00001", "gross": 5000.25, "admissions": 500, "screens": 10}]'
    played.sql(
        f"INSERT INTO {DB}.RAW.BOX_OFFICE_DAILY (report_id, report_date, country_code, currency_code, reported_at, lines) "
        f"VALUES ('DEMO', '2026-02-01', 'US', 'USD', '2026-02-02 06:00:00', '{line}')"
    )
    assert one(played, waiting) == {"WAITING": True}
    refreshes = f"SELECT COUNT(*) AS N FROM TABLE({DB}.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY())"
    refreshed = one(played, refreshes)["N"]
    played.sql(RUN)
    played.sql(REFRESH)
    assert one(played, waiting) == {"WAITING": False}
    assert one(played, refreshes)["N"] == refreshed + 5
    new = {table: count - before[table] for table, count in health(played).items() if count != before[table]}
    assert new == {
        "FAN_INTERACTIONS": 3,
        "BOX_OFFICE_DAILY": 1,
        "STG_FAN_VERIFIED": 2,
        "STG_FAN_GUEST": 1,
        "DIM_FANS": 2,
        "PII_VAULT": 2,
        "FAN_LIFETIME_VALUE": 2,
        "STG_BOX_OFFICE_FLATTEN": 1,
        "STG_BOX_OFFICE_CURRENCY": 1,
        "STG_BOX_OFFICE_DEDUP": 1,
        "FACT_DAILY_PERFORMANCE": 1,
    }
    assert gross(played) == pytest.approx(had + 5000.25)
    worth = one(played, f"SELECT lifetime_value_usd AS V, value_band FROM {DB}.MARKETING.FAN_LIFETIME_VALUE WHERE fan_id = 'FAN900001'")
    assert (float(worth["V"]), worth["VALUE_BAND"]) == (1000, "high")
    for command in ("contracts check --target local --data", "snowpact drift"):
        answer = played.run(f"{command} --format json")
        assert (answer.code, answer.json["findings"]) == (0, []), answer.err


def test_three_bronze_ten_silver_two_gold(generated, broken_rules):
    counts = health(generated)
    assert sorted(counts) == sorted(table for tables in TABLES.values() for table in tables)
    assert (counts["FAN_INTERACTIONS"], counts["TITLE_METADATA"], counts["DIM_TITLES"]) == (500, 48, 24)
    assert counts["STG_FAN_VERIFIED"] + counts["STG_FAN_GUEST"] == 500
    assert counts["STG_BOX_OFFICE_FLATTEN"] == counts["STG_BOX_OFFICE_CURRENCY"] == 8 * counts["BOX_OFFICE_DAILY"] > 14 * 8 * 8
    assert counts["STG_BOX_OFFICE_DEDUP"] == counts["FACT_DAILY_PERFORMANCE"] == 14 * 8 * 8, "14 days, 8 markets, 8 titles each"
    assert broken_rules(generated, "studio") == []


def test_the_seeds_37_tests_are_quality_rules(generated):
    contracts = [json.loads(path.read_text(encoding="utf-8")) for path in (generated.folder / "contracts/studio").glob("*.avsc")]
    assert sum(len(contract["pact"]["quality"]) for contract in contracts) >= 37


def test_the_latest_report_counts_in_dollars_at_finances_rate(generated):
    wrong = (
        f"WITH latest AS (SELECT b.country_code, b.currency_code, b.report_date::DATE AS day, l.value:title_id::VARCHAR AS title_id, "
        f"l.value:gross::NUMBER(14, 2) AS gross FROM {DB}.RAW.BOX_OFFICE_DAILY b, LATERAL FLATTEN(INPUT => PARSE_JSON(b.lines)) l "
        f"QUALIFY RANK() OVER (PARTITION BY b.country_code, b.report_date ORDER BY b.reported_at DESC) = 1) "
        f"SELECT COUNT(*) AS N, COUNT_IF(f.gross_usd <> ROUND(x.gross * r.usd_per_unit, 2)) AS WRONG FROM latest x "
        f"JOIN {DB}.FACTS.FACT_DAILY_PERFORMANCE f ON f.title_id = x.title_id AND f.country_code = x.country_code "
        f"AND f.performance_date = x.day "
        f"JOIN {DB}.DIMS.DIM_FX_RATES r ON r.currency_code = x.currency_code AND r.rate_month = '2026-01-01'"
    )
    assert one(generated, wrong) == {"N": 896, "WRONG": 0}


def test_verified_and_guest_events_part(generated):
    """Each event is in exactly one table, the one that its account type says."""
    astray = (
        f"SELECT COUNT_IF((v.event_id IS NOT NULL) <> (r.payload:account_type::VARCHAR = 'VERIFIED')) AS VERIFIED, "
        f"COUNT_IF((g.event_id IS NOT NULL) <> (r.payload:account_type::VARCHAR = 'GUEST')) AS GUEST FROM {DB}.RAW.FAN_INTERACTIONS r "
        f"LEFT JOIN {DB}.STG.STG_FAN_VERIFIED v ON v.event_id = r.event_id LEFT JOIN {DB}.STG.STG_FAN_GUEST g ON g.event_id = r.event_id"
    )
    assert one(generated, astray) == {"VERIFIED": 0, "GUEST": 0}


def intervals_are_whole(project) -> None:
    """From a fan's first event on, exactly one version holds at any time, and it says what the events of that time say."""
    row = one(
        project,
        f"SELECT COUNT(*) AS N FROM (SELECT fan_id, valid_from, valid_to, is_current, "
        f"LEAD(valid_from) OVER (PARTITION BY fan_id ORDER BY valid_from) AS next_from FROM {DB}.DIMS.DIM_FANS) "
        f"WHERE valid_to IS DISTINCT FROM next_from OR is_current <> (valid_to IS NULL) OR valid_from >= valid_to",
    )
    assert row == {"N": 0}
    row = one(
        project,
        f"SELECT COUNT_IF(d.fan_id IS NULL) AS UNCOVERED, COUNT_IF(d.membership_tier <> e.membership_tier OR d.email_hash <> e.email_hash "
        f"OR d.country_code <> e.country_code) AS UNTRUE, COUNT(*) - COUNT(DISTINCT e.event_id) AS TWICE "
        f"FROM (SELECT * FROM {DB}.STG.STG_FAN_VERIFIED QUALIFY ROW_NUMBER() OVER "
        f"(PARTITION BY fan_id, event_at ORDER BY loaded_at DESC, event_id DESC) = 1) e "
        f"LEFT JOIN {DB}.DIMS.DIM_FANS d ON d.fan_id = e.fan_id AND e.event_at >= d.valid_from "
        f"AND (e.event_at < d.valid_to OR d.valid_to IS NULL)",
    )
    assert row == {"UNCOVERED": 0, "UNTRUE": 0, "TWICE": 0}


def test_history_has_neither_gaps_nor_overlaps(played):
    intervals_are_whole(played)
    first = health(played)["DIM_FANS"]
    played.sql(f"CALL {DB}.RAW.GENERATE_FAN_INTERACTIONS(); {RUN} CALL {DB}.RAW.GENERATE_FAN_INTERACTIONS(); {RUN}")
    intervals_are_whole(played)
    more, fans = health(played)["DIM_FANS"], health(played)["PII_VAULT"]
    assert more > first and more > fans, "some fans have changed"


def versions(project) -> list[tuple]:
    query = "SELECT membership_tier, TO_CHAR(valid_from, 'DD') AS SINCE, TO_CHAR(valid_to, 'DD') AS UNTIL "
    return [tuple(row.values()) for row in project.sql(f"{query} FROM {DB}.DIMS.DIM_FANS ORDER BY valid_from")]


def test_an_event_that_comes_late_splits_the_version_around_it(project):
    gold = verified(1, "2026-01-09 00:00:00", membership_tier="Gold")
    send(project, verified(1, "2026-01-01 00:00:00"), verified(1, "2026-01-05 00:00:00"), gold)
    project.sql(RUN)
    assert versions(project) == [("Bronze", "01", "09"), ("Gold", "09", None)]
    send(project, verified(1, "2026-01-03 00:00:00", membership_tier="Silver"))
    project.sql(RUN)
    assert versions(project) == [("Bronze", "01", "03"), ("Silver", "03", "05"), ("Bronze", "05", "09"), ("Gold", "09", None)]
    send(project, verified(1, "2026-01-05 00:00:00", membership_tier="Silver"))  # told again, otherwise: the third version is gone
    project.sql(RUN)
    assert versions(project) == [("Bronze", "01", "03"), ("Silver", "03", "09"), ("Gold", "09", None)]
    intervals_are_whole(project)


def test_metrics_find_what_is_wrong(played):
    latest = (
        "SELECT table_name || '.' || metric_name AS METRIC, value::INT AS V FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY table_name, metric_name ORDER BY scheduled_time DESC) = 1"
    )
    metrics = {
        "DIM_FANS.VALID_COUNTRY_CODE": 1,
        "DIM_FANS.VALID_EMAIL_HASH": 0,
        "DIM_TITLES.DUPLICATE_COUNT": 0,
        "DIM_TITLES.NULL_COUNT": 1,
        "DIM_TITLES.VALID_IMDB_SCORE": 1,
        "FACT_DAILY_PERFORMANCE.NULL_COUNT": 0,
        "FACT_DAILY_PERFORMANCE.POSITIVE_REVENUE": 1,
        "FACT_DAILY_PERFORMANCE.VALID_COUNTRY_CODE": 1,
        "REJECTED_FAN_EVENTS.ROW_COUNT": 1,
    }
    assert {row["METRIC"]: row["V"] for row in played.sql(latest)} == dict.fromkeys(metrics, 0)
    send(played, verified(1, "2026-02-01 00:00:00", country="ZZ"), {"account_type": "ROBOT"})
    line = '[{"title_id": "T00001", "gross": -5, "admissions": 1, "screens": 1}]'
    played.sql(
        f"INSERT INTO {DB}.RAW.BOX_OFFICE_DAILY (report_id, report_date, country_code, currency_code, reported_at, lines) "
        f"VALUES ('BAD', '2026-02-01', 'ZZ', 'USD', '2026-02-02 06:00:00', '{line}');"
        f'INSERT INTO {DB}.RAW.TITLE_METADATA (source, record) SELECT \'IMDB\', PARSE_JSON(\'{{"imdb_id": "tt9000001", "rating": 11}}\') '
        f'UNION ALL SELECT \'CMS\', PARSE_JSON(\'{{"title_id": "T90000", "imdb_id": "tt9990000", "title": "Not rated yet"}}\')'
    )
    answer = played.run("snowpact local run --for 15m --format json")
    assert answer.code == 0, answer.err
    assert {row["METRIC"]: row["V"] for row in played.sql(latest)} == metrics
    violated = (
        "SELECT COUNT(DISTINCT table_name || metric_name) AS N FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_EXPECTATION_STATUS "
        "WHERE expectation_violated"
    )
    assert one(played, violated) == {"N": sum(value > 0 for value in metrics.values())}


def test_tasks_run_in_order_and_only_when_there_is_something(generated):
    runs = f"FROM TABLE({DB}.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 1000)) WHERE state"
    history = generated.sql(f"SELECT name {runs} = 'SUCCEEDED' AND name <> 'TSK_LOAD_DIM_TITLES' ORDER BY query_start_time")
    assert [row["NAME"] for row in history] == [ROUTE, MERGE, VAULT]
    skipped = one(generated, f"SELECT COUNT(*) AS N {runs} = 'SKIPPED' AND name = '{ROUTE}'")
    assert skipped == {"N": 14}, "every minute, and one of fifteen had data"


def test_dynamic_tables_keep_their_lag_and_refresh_what_changed(generated):
    shown = generated.sql(f"SHOW DYNAMIC TABLES IN DATABASE {DB}")
    assert {row["name"]: row["target_lag"] for row in shown} == {name: f"{minutes} minutes" for name, minutes in CHAIN.items()}
    assert {row["refresh_mode"] for row in shown} == {"INCREMENTAL"}
    refreshed = generated.sql(
        f"SELECT name, COUNT(*) AS N FROM TABLE({DB}.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) "
        "WHERE state = 'SUCCEEDED' AND refresh_trigger = 'SCHEDULED' GROUP BY name"
    )
    assert {row["NAME"] for row in refreshed} == set(CHAIN)


GUEST = {"account_type": "GUEST", "session_id": "S", "event_type": "share", "event_timestamp": "2026-01-01 00:00:00"}
BAD = {  # event id: the event, part of the reason
    "text": ("""TO_VARIANT('{"account_type": ')""", "no JSON object"),
    "null": ("NULL", "no JSON object"),
    "account": ({**GUEST, "account_type": "ROBOT"}, "account_type"),
    "key": ({**GUEST, "session_id": None}, "session_id is missing"),
    "time": ({**GUEST, "event_timestamp": "soon"}, "event_timestamp"),
    "country": ({**GUEST, "country": "USA"}, "country is no code"),
    "long": (verified(3, "2026-01-02 00:00:00", email="a" * 300 + "@example.com"), "email"),
    "amount": (verified(3, "2026-01-02 00:00:00", amount="a lot"), "amount is no number"),
}
REPORTS = {  # report id: day, currency, lines, part of the reason
    "json": ("2026-01-01", "USD", "[{", "no JSON array"),
    "day": ("first", "USD", '[{"title_id": "T", "gross": 1}]', "report_date"),
    "rate": ("2026-01-01", "CHF", '[{"title_id": "T", "gross": 1}]', "no approved rate"),
    "half": ("2026-01-01", "USD", '[{"title_id": "T", "gross": "x"}, {"title_id": "T", "gross": 1}]', "gross is missing or no number"),
}


def test_bad_data_are_kept_aside_and_counted_and_stop_nothing(project):
    good = {"good": (verified(3, "2026-01-03 00:00:00"), None)}
    events = [
        (name, event if isinstance(event, str) else f"PARSE_JSON('{json.dumps(event)}')") for name, (event, _) in {**BAD, **good}.items()
    ]
    values = ", ".join(f"('{name}', '{day}', 'US', '{cur}', '2026-01-02', '{lines}')" for name, (day, cur, lines, _) in REPORTS.items())
    columns = "report_id, report_date, country_code, currency_code, reported_at, lines"
    project.sql(
        f"INSERT INTO {DB}.RAW.FAN_INTERACTIONS (event_id, payload) "
        + " UNION ALL ".join(f"SELECT '{name}', {event}" for name, event in events)
        + f"; INSERT INTO {DB}.RAW.BOX_OFFICE_DAILY ({columns}) VALUES {values};"
        f"INSERT INTO {DB}.RAW.TITLE_METADATA (record_id, source, record) SELECT 'title', 'CMS', PARSE_JSON('{{\"title_id\": \"T\"}}');"
        f"{RUN} EXECUTE TASK {DB}.STG.TSK_LOAD_DIM_TITLES; {REFRESH}"
    )
    counts = health(project)
    assert (counts["STG_FAN_VERIFIED"], counts["STG_FAN_GUEST"], counts["DIM_TITLES"], counts["FACT_DAILY_PERFORMANCE"]) == (1, 0, 0, 1)
    rejected = {row["RECORD_ID"]: row["REASON"] for row in project.sql(f"SELECT record_id, reason FROM {DB}.GOVERNANCE.REJECTED_RECORDS")}
    expected = {name: said[-1] for name, said in {**BAD, **REPORTS, "title": ("title is missing",)}.items()}
    assert rejected.keys() == expected.keys()
    assert all(expected[name] in reason for name, reason in rejected.items()), rejected


def test_two_empty_engines_get_identical_rows(generated, applied_alone, tmp_path):
    other = applied_alone("studio").copy(tmp_path / "other")
    other.sql(f"{GENERATE} {RUN} EXECUTE TASK {DB}.STG.TSK_LOAD_DIM_TITLES; {REFRESH}")
    clocks = {"LOADED_AT", "REDACTED_AT", "UPDATED_AT"}

    def held(made, table: str) -> list[str]:
        rows = made.sql(f"SELECT * FROM {DB}.{table}")
        return sorted(json.dumps({key: value for key, value in row.items() if key not in clocks}) for row in rows)

    for table in (f"{schema}.{table}" for schema, tables in TABLES.items() for table in tables):
        assert held(generated, table) == held(other, table) != [], table


def test_a_second_apply_does_nothing_and_teardown_leaves_the_ledger_alone(played):
    answer = played.run("snowpact migrate apply --format json")
    assert (answer.code, answer.json["summary"]["applied"]) == (0, 0)
    steps = played.run("snowpact local sql --file migrations/studio/teardown.sql --format json --keep-going").json
    assert all(step["ok"] for step in steps), steps
    assert {row["name"] for row in played.sql("SHOW DATABASES")} <= {"SNOWPACT", "SNOWFLAKE"}
    assert not [row["name"] for row in played.sql("SHOW ROLES") if row["name"].startswith("STUDIO_")]
    assert not [row["name"] for row in played.sql("SHOW WAREHOUSES") if row["name"] == "STUDIO_WH"]
