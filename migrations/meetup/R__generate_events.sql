-- Stands in for the event feed: N events like the sample of the specification.
-- Seeded by how many events there are already, so that a run repeats and no call repeats the one before.
CREATE OR REPLACE PROCEDURE RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(n NUMBER)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Inserts N customer interaction events'
AS
$$
import json
import random
import uuid
from datetime import datetime, timedelta

TABLE = "RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS"
TYPES = {"page_view": 0.5, "purchase": 0.25, "support": 0.1, "review": 0.15}
CHANNELS = {"web": 0.5, "mobile": 0.35, "store": 0.15}
BATCH = 500


def pick(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def event(rng):
    kind = pick(rng, TYPES)
    moment = datetime(2024, 11, 11, 14, 30) + timedelta(seconds=rng.randrange(30 * 86400))
    return {
        "interaction_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "customer_id": f"CUST-{rng.randrange(1000, 10000)}",
        "timestamp": moment.isoformat(timespec="milliseconds") + "Z",
        "type": kind,
        "value_usd": round(rng.uniform(5, 500), 2) if kind == "purchase" else None,
        "channel": pick(rng, CHANNELS),
        "session_id": f"{rng.getrandbits(48):012x}",
    }


def generate(session, n):
    n = int(n)
    if n < 0:
        raise ValueError("GENERATE_EVENTS takes a number of events, 0 or more")
    there = session.sql(f"SELECT COUNT(*) AS N FROM {TABLE}").collect()[0]["N"]
    rng = random.Random(42_000_003 + int(there))
    documents = [json.dumps(event(rng)) for _ in range(n)]
    for start in range(0, n, BATCH):
        batch = documents[start : start + BATCH]
        rows = ", ".join("(?)" for _ in batch)
        session.sql(f"INSERT INTO {TABLE} (value) SELECT PARSE_JSON(column1) FROM VALUES {rows}", params=batch).collect()
    return f"{n} events generated"
$$;
