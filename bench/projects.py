"""Generated projects: tables that are created and altered, views and dynamic tables over them, and as many contracts as scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

CONFIG = '[vars]\ndb = "ANALYTICS"\nwarehouse = "TRANSFORM_WH"\n\n[pipelines.shops]\nmigrations = "migrations"\ncontracts = "contracts"\n'

PREPARATION = """CREATE DATABASE IF NOT EXISTS {{ db }};
CREATE SCHEMA IF NOT EXISTS {{ db }}.RAW;
CREATE SCHEMA IF NOT EXISTS {{ db }}.STAGING;
CREATE SCHEMA IF NOT EXISTS {{ db }}.MARTS;
CREATE WAREHOUSE IF NOT EXISTS {{ warehouse }};
"""

CREATE = """-- Orders and customers of shop @n, as they come in.
CREATE TABLE {{ db }}.RAW.ORDERS_@n (
    order_id     NUMBER(18,0) NOT NULL,
    customer_id  NUMBER(18,0),
    channel      VARCHAR(40) DEFAULT 'web',
    amount       NUMBER(12,2),
    ordered_at   TIMESTAMP_NTZ(9),
    payload      VARIANT,
    CONSTRAINT pk_orders_@n PRIMARY KEY (order_id)
);
CREATE TABLE {{ db }}.RAW.CUSTOMERS_@n (
    customer_id  NUMBER(18,0) NOT NULL PRIMARY KEY,
    email        VARCHAR(320),
    region       VARCHAR(20)
);
"""
ALTER = """-- Refunds are told apart.
ALTER TABLE {{ db }}.RAW.ORDERS_@n ADD COLUMN refunded BOOLEAN, note VARCHAR(200);
COMMENT ON TABLE {{ db }}.RAW.ORDERS_@n IS 'One row per order of shop @n';
"""
VIEW = """CREATE VIEW {{ db }}.STAGING.ORDERS_@n AS
WITH kept AS (
    SELECT order_id, customer_id, channel, amount, ordered_at, payload:device::VARCHAR AS device
    FROM {{ db }}.RAW.ORDERS_@n
    WHERE NOT COALESCE(refunded, FALSE)
)
SELECT order_id, customer_id, UPPER(channel) AS channel, amount, DATE_TRUNC('day', ordered_at) AS ordered_on, device
FROM kept
QUALIFY ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY ordered_at DESC) = 1;
"""
DYNAMIC_TABLE = """CREATE DYNAMIC TABLE {{ db }}.MARTS.SALES_@n
    TARGET_LAG = '5 minutes'
    WAREHOUSE = {{ warehouse }}
AS
SELECT
    c.region,
    o.channel,
    COUNT(*) AS orders,
    SUM(o.amount) AS revenue,
    MAX(o.ordered_on) AS last_order,
    CASE WHEN COUNT(*) > 10 THEN 'regular' ELSE 'occasional' END AS segment
FROM {{ db }}.STAGING.ORDERS_@n AS o
JOIN {{ db }}.RAW.CUSTOMERS_@n AS c ON c.customer_id = o.customer_id
GROUP BY c.region, o.channel;
"""
SCRIPTS = (CREATE, ALTER, VIEW, DYNAMIC_TABLE)

_LONG = ["null", "long"]
_TEXT = ["null", "string"]
_MONEY = ["null", {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}]
_AT = ["null", {"type": "long", "logicalType": "local-timestamp-micros"}]
PROMISES = (
    (
        "RAW",
        "ORDERS",
        "table",
        {"ORDER_ID": "long", "CUSTOMER_ID": _LONG, "CHANNEL": _TEXT, "AMOUNT": _MONEY, "ORDERED_AT": _AT},
    ),
    ("RAW", "CUSTOMERS", "table", {"CUSTOMER_ID": "long", "EMAIL": _TEXT, "REGION": _TEXT}),
    ("STAGING", "ORDERS", "view", {"ORDER_ID": _LONG, "CHANNEL": _TEXT, "AMOUNT": _MONEY, "ORDERED_ON": _AT, "DEVICE": _TEXT}),
    ("MARTS", "SALES", "dynamic table", {"REGION": _TEXT, "CHANNEL": _TEXT, "ORDERS": _LONG, "LAST_ORDER": _AT, "SEGMENT": _TEXT}),
)


@dataclass(frozen=True)
class Generated:
    """A project on disk: its scripts and contracts, one of each a file."""

    root: Path
    scripts: tuple[Path, ...]
    contracts: tuple[Path, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        return (self.root / "snowpact.toml", *self.scripts, *self.contracts)


def generate(root: Path, count: int) -> Generated:
    """A project of ``count`` scripts and ``count`` contracts (a multiple of four), and one script more that makes the schemas."""
    (root / "migrations").mkdir(parents=True)
    (root / "contracts").mkdir()
    (root / "snowpact.toml").write_text(CONFIG)
    scripts = [_written(root / "migrations" / "V0.0.0__schemas.sql", PREPARATION)]
    contracts = []
    for shop in range(count // 4):
        for step, template in enumerate(SCRIPTS):
            scripts.append(_written(root / "migrations" / f"V{shop + 1}.{step}.0__shop.sql", template.replace("@n", str(shop))))
        for schema, name, kind, fields in PROMISES:
            text = json.dumps(_contract(schema, f"{name}_{shop}", kind, fields), indent=2)
            contracts.append(_written(root / "contracts" / f"{schema}_{name}_{shop}.avsc", text))
    return Generated(root, tuple(scripts), tuple(contracts))


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _contract(schema: str, name: str, kind: str, fields: dict) -> dict:
    return {
        "type": "record",
        "namespace": f"ANALYTICS.{schema}",
        "name": name,
        "doc": f"What {name} promises.",
        "pact": {"version": "1.0.0", "kind": kind, "owner": "Data Engineering", "consumers": ["Marketing Analytics", "BI Teams"]},
        "fields": [
            {"name": field, "type": type_, "doc": f"The {field.lower()}.", **({"default": None} if isinstance(type_, list) else {})}
            for field, type_ in fields.items()
        ],
    }
