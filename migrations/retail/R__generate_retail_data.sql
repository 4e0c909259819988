-- Stands in for shops, web site and warehouses. What it generates depends on the reference tables, the seed among them, and on how many
-- runs there were: two runs on two empty databases give the same events, and no run repeats the one before.
CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.GENERATE_RETAIL_DATA(
  customer_events NUMBER DEFAULT 20,
  purchase_events NUMBER DEFAULT 50,
  marketing_events NUMBER DEFAULT 10,
  supply_chain_events NUMBER DEFAULT 5
)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Inserts events of four kinds, and a row of the audit'
AS
$$
import hashlib
import json
import time
import uuid
from datetime import date, datetime, timedelta
from random import Random

EVENTS = "RETAIL.RAW_DATA.RAW_RETAIL_EVENTS"
AUDIT = "RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT"
REFERENCE = {
    "CUSTOMER_SEGMENTS": "SEGMENT_NAME",
    "PRODUCT_CATEGORIES": "CATEGORY_NAME",
    "MARKETING_CHANNELS": "CHANNEL_NAME",
    "WAREHOUSES": "WAREHOUSE_ID",
    "GENERATION_PARAMETERS": "PARAMETER_NAME",
}
FIRST = "Ada Ben Cleo Dan Eva Finn Gia Hugo Ivy Jon Kim Leo Mia Noah Ona Pia Quinn Rosa Sam Tess Uma Vic Wes Xenia Yara Zoe".split()
LAST = "Adams Brown Clark Davis Evans Flores Green Hall Irwin Jones King Lopez Moore Nelson Owens Price Reed Smith Turner White".split()


def weighted(rng, rows, name, weight):
    rows = list(rows)
    return rng.choices(rows, [float(row[weight]) for row in rows])[0][name]


class Shop:
    """The reference data that a run found, and what follows from it."""

    def __init__(self, snapshot):
        self.segments = snapshot["CUSTOMER_SEGMENTS"]
        self.categories = snapshot["PRODUCT_CATEGORIES"]
        self.channels = snapshot["MARKETING_CHANNELS"]
        self.warehouses = snapshot["WAREHOUSES"]
        self.parameters = {name: row["PARAMETER_VALUE"] for name, row in snapshot["GENERATION_PARAMETERS"].items()}
        self.start = date.fromisoformat(self.parameters["start_date"])

    def number(self, name):
        return float(self.parameters[name])

    def moment(self, rng):
        seconds = rng.randrange(int(self.number("days")) * 86400)
        return datetime.combine(self.start, datetime.min.time()) + timedelta(seconds=seconds)

    def customer(self, number):
        """The same customer has the same attributes, whichever event tells of it."""
        rng = Random(f"customer {self.parameters['seed']} {number}")
        segment = weighted(rng, self.segments.values(), "SEGMENT_NAME", "CUSTOMER_SHARE")
        first, last = rng.choice(FIRST), rng.choice(LAST)
        low, high = json.loads(self.parameters["age_range"])
        return {
            "customer_id": f"CUST-{number:06d}",
            "first_name": first,
            "last_name": last,
            "email": f"{first}.{last}.{number}@example.com".lower(),
            "age": rng.randint(low, high),
            "region": rng.choice(sorted({row["REGION"] for row in self.warehouses.values()})),
            "customer_segment": segment,
            "preferred_category": rng.choice(sorted(self.categories)),
            "preferred_channel": weighted(rng, self.channels.values(), "CHANNEL_NAME", "TRAFFIC_SHARE"),
            "price_sensitivity": float(self.segments[segment]["PRICE_SENSITIVITY"]),
            "signup_date": (self.start - timedelta(days=rng.randrange(1, 720))).isoformat(),
        }

    def season(self, category, month):
        return self.number("seasonal_multiplier") if month in json.loads(self.categories[category]["PEAK_MONTHS"]) else 1.0

    def purchase(self, rng, customer, repeat):
        segment = self.segments[customer["customer_segment"]]
        moment = self.moment(rng)
        names = sorted(self.categories)
        weights = [self.season(name, moment.month) * (3 if name == customer["preferred_category"] else 1) for name in names]
        low, high = json.loads(self.parameters["quantity_range"])
        quantity = rng.randint(low, high)
        sensitivity = float(segment["PRICE_SENSITIVITY"])
        discount = round(rng.random() * self.number("max_discount"), 3) if rng.random() < sensitivity else 0.0
        order = float(segment["AVG_ORDER_VALUE"]) * rng.uniform(0.6, 1.4)
        region = [name for name, row in self.warehouses.items() if row["REGION"] == customer["region"]]
        return {
            "purchase_id": identity(rng),
            "customer_id": customer["customer_id"],
            "customer_segment": customer["customer_segment"],
            "category": rng.choices(names, weights)[0],
            "warehouse_id": rng.choice(sorted(region) or sorted(self.warehouses)),
            "quantity": quantity,
            "unit_price": round(order / quantity, 2),
            "discount": discount,
            "is_repeat_customer": repeat,
            "timestamp": moment.isoformat(sep=" "),
        }

    def marketing(self, rng, customer):
        channel = weighted(rng, self.channels.values(), "CHANNEL_NAME", "TRAFFIC_SHARE")
        row = self.channels[channel]
        return {
            "customer_id": customer["customer_id"],
            "channel": channel,
            "action": "conversion" if rng.random() < float(row["CONVERSION_RATE"]) else rng.choice(["view", "click"]),
            "cost": float(row["COST_PER_CLICK"]),
            "timestamp": self.moment(rng).isoformat(sep=" "),
        }

    def supply(self, rng):
        return {
            "warehouse_id": rng.choice(sorted(self.warehouses)),
            "category": rng.choice(sorted(self.categories)),
            "movement": rng.choice(["inbound", "outbound", "adjustment"]),
            "units": rng.randint(1, 500),
            "timestamp": self.moment(rng).isoformat(sep=" "),
        }


def identity(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def snapshot_of(session):
    """By table, by key: the row, every value as text or number that JSON has."""
    found = {}
    for table, key in REFERENCE.items():
        rows = [row.as_dict() for row in session.sql(f"SELECT * FROM RETAIL.REFERENCE_DATA.{table} ORDER BY {key}").collect()]
        found[table] = {row[key]: {name: value if value is None else str(value) for name, value in row.items()} for row in rows}
    return found


def events_of(shop, rng, known, wanted):
    """(kind, event), a new customer's profile before its purchase. known: how many customers there are."""
    for _ in range(wanted["customer"]):
        known += 1
        yield "customer", shop.customer(known)
    frequency = {name: float(row["PURCHASE_FREQUENCY"]) for name, row in shop.segments.items()}
    for _ in range(wanted["purchase"]):
        repeat = known > 0 and rng.random() < shop.number("repeat_customer_probability")
        if repeat:
            several = [shop.customer(rng.randint(1, known)) for _ in range(4)]
            customer = rng.choices(several, [frequency[one["customer_segment"]] for one in several])[0]
        else:
            known += 1
            customer = shop.customer(known)
            yield "customer", customer
        yield "purchase", shop.purchase(rng, customer, repeat)
    for _ in range(wanted["marketing"] if known else 0):
        yield "marketing", shop.marketing(rng, shop.customer(rng.randint(1, known)))
    for _ in range(wanted["supply_chain"]):
        yield "supply_chain", shop.supply(rng)


def insert(session, run_id, events):
    """All events of a run in one statement: a run is there, or it is not."""
    session.sql(
        f"INSERT INTO {EVENTS} (event_id, event_type, event_data, run_id) "
        "SELECT f.value:id::VARCHAR, f.value:type::VARCHAR, f.value:data, ? FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) f",
        params=[run_id, json.dumps(events)],
    ).collect()


def audit(session, row):
    names = list(row)
    values = ", ".join("PARSE_JSON(?)" if name == "reference_snapshot" else "?" for name in names)
    session.sql(f"INSERT INTO {AUDIT} ({', '.join(names)}) SELECT {values}", params=[row[name] for name in names]).collect()


def generate(session, customer_events, purchase_events, marketing_events, supply_chain_events):
    started = time.monotonic()
    wanted = {
        "customer": int(customer_events),
        "purchase": int(purchase_events),
        "marketing": int(marketing_events),
        "supply_chain": int(supply_chain_events),
    }
    snapshot = snapshot_of(session)
    text = json.dumps(snapshot, sort_keys=True)
    last = session.sql(f"SELECT reference_md5 FROM {AUDIT} ORDER BY run_number DESC LIMIT 1").collect()
    [there] = session.sql(
        f"SELECT COUNT(DISTINCT run_id) AS RUNS, COUNT_IF(event_type = 'customer' AND run_id IS NOT NULL) AS CUSTOMERS FROM {EVENTS}"
    ).collect()
    number = int(session.sql(f"SELECT COUNT(*) AS N FROM {AUDIT}").collect()[0]["N"]) + 1
    md5 = hashlib.md5(text.encode()).hexdigest()
    row = {
        "run_number": number,
        "reference_snapshot": text,
        "reference_md5": md5,
        "configuration_changed": bool(last) and last[0]["REFERENCE_MD5"] != md5,
        **{f"{kind}_events": count for kind, count in wanted.items()},
    }
    seed = snapshot["GENERATION_PARAMETERS"].get("seed", {}).get("PARAMETER_VALUE")
    rng = Random(f"run {seed} {there['RUNS']} {number}")
    row["run_id"] = identity(rng)
    try:
        if min(wanted.values()) < 0:
            raise ValueError("GENERATE_RETAIL_DATA takes numbers of events, 0 or more")
        events = [{"id": identity(rng), "type": kind, "data": event} for kind, event in events_of(Shop(snapshot), rng, int(there["CUSTOMERS"]), wanted)]
        if events:
            insert(session, row["run_id"], events)
    except Exception as error:
        message = f"{type(error).__name__}: {error}"[:2000]
        audit(session, {**row, "events_generated": 0, "status": "FAILURE", "error_message": message, "execution_seconds": round(time.monotonic() - started, 3)})
        raise
    audit(session, {**row, "events_generated": len(events), "status": "SUCCESS", "execution_seconds": round(time.monotonic() - started, 3)})
    return f"run {row['run_id']}: {len(events)} events generated"
$$;
