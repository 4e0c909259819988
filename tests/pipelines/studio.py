"""What the tests of the pipeline studio share: its tables, its demo's statements, events as a fan platform sends them."""

from __future__ import annotations

import json

DB = "SONY_DE"
GENERATE = f"CALL {DB}.RAW.GENERATE_TITLES(); CALL {DB}.RAW.GENERATE_FAN_INTERACTIONS(); CALL {DB}.RAW.GENERATE_BOX_OFFICE();"
RUN = f"EXECUTE TASK {DB}.STG.TSK_ROUTE_FAN_DATA;"
REFRESH = f"ALTER DYNAMIC TABLE {DB}.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE REFRESH;"
TABLES = {
    "RAW": ["FAN_INTERACTIONS", "TITLE_METADATA", "BOX_OFFICE_DAILY"],
    "STG": ["STG_FAN_VERIFIED", "STG_FAN_GUEST", "STG_BOX_OFFICE_FLATTEN", "STG_BOX_OFFICE_CURRENCY", "STG_BOX_OFFICE_DEDUP"],
    "SECURE": ["PII_VAULT"],
    "DIMS": ["DIM_FANS", "DIM_TITLES", "DIM_FX_RATES"],
    "FACTS": ["FACT_DAILY_PERFORMANCE"],
    "STUDIO_OPS": ["AGG_FRANCHISE_PERFORMANCE"],
    "MARKETING": ["FAN_LIFETIME_VALUE"],
}


def one(project, sql: str) -> dict:
    [row] = project.sql(sql)
    return row


def send(project, *events: dict) -> None:
    """INSERT into bronze, as the specification's demo does."""
    rows = " UNION ALL ".join(f"SELECT PARSE_JSON('{json.dumps(event)}')" for event in events)
    project.sql(f"INSERT INTO {DB}.RAW.FAN_INTERACTIONS (payload) {rows}")


def verified(fan: int, at: str, **more) -> dict:
    known = {
        "account_type": "VERIFIED",
        "fan_id": f"FAN{fan:06d}",
        "email": f"fan.{fan}@example.com",
        "full_name": f"Fan {fan}",
        "country": "US",
        "membership_tier": "Bronze",
        "favorite_franchise": "Venom",
        "event_type": "review",
        "title_id": "T00001",
        "event_timestamp": at,
    }
    return {**known, **more}
