-- Stand in for the fan platform, the CMS, IMDb and the distributors. Seeded, and each run begins where the last one ended: two empty
-- databases get the same rows, and no run repeats the one before.
CREATE OR REPLACE PROCEDURE SONY_DE.RAW.GENERATE_TITLES(titles NUMBER DEFAULT 24, seed NUMBER DEFAULT 42)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Inserts records of the CMS and of IMDb for further titles'
AS
$$
import json
import uuid
from datetime import date, timedelta
from random import Random

TABLE = "SONY_DE.RAW.TITLE_METADATA"
FRANCHISES = {"Spider-Man": 0.3, "Jumanji": 0.15, "Ghostbusters": 0.15, "Bad Boys": 0.1, "Venom": 0.15, None: 0.15}
GENRES = ["Action", "Adventure", "Comedy", "Drama", "Fantasy", "Horror", "Science Fiction"]


def title(seed, number):
    rng = Random(f"title {seed} {number}")
    franchise = rng.choices(list(FRANCHISES), list(FRANCHISES.values()))[0]
    imdb_id = f"tt{9000000 + number}"
    yield "CMS", {
        "title_id": f"T{number:05d}",
        "imdb_id": imdb_id,
        "title": f"{franchise or 'Untitled'}: Part {number}",
        "franchise": franchise,
        "genres": rng.sample(GENRES, rng.randint(1, 3)),
        "release_date": (date(2025, 12, 20) + timedelta(days=rng.randrange(13))).isoformat(),
        "budget_usd": rng.randint(20, 300) * 1000000,
    }
    yield "IMDB", {"imdb_id": imdb_id, "rating": round(rng.uniform(4.5, 9.2), 1), "votes": rng.randint(1000, 900000)}


def generate(session, titles, seed):
    if titles < 1:
        raise ValueError("GENERATE_TITLES takes a number of titles, 1 or more")
    there = session.sql(f"SELECT COUNT(DISTINCT record:title_id::VARCHAR) AS N FROM {TABLE} WHERE source = 'CMS'").collect()[0]["N"]
    rng = Random(f"records {int(seed)} {there}")
    records = [
        {"id": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "source": source, "record": record}
        for number in range(int(there) + 1, int(there) + int(titles) + 1)
        for source, record in title(int(seed), number)
    ]
    session.sql(
        f"INSERT INTO {TABLE} (record_id, source, record) "
        "SELECT f.value:id::VARCHAR, f.value:source::VARCHAR, f.value:record FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) f",
        params=[json.dumps(records)],
    ).collect()
    return f"{int(titles)} titles generated"
$$;

CREATE OR REPLACE PROCEDURE SONY_DE.RAW.GENERATE_FAN_INTERACTIONS(events NUMBER DEFAULT 500, seed NUMBER DEFAULT 42)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Inserts a week of events, three of four by verified fans'
AS
$$
import json
import uuid
from datetime import datetime, timedelta
from random import Random

TABLE = "SONY_DE.RAW.FAN_INTERACTIONS"
START, WEEK = datetime(2026, 1, 1), timedelta(days=7)
FANS, VERIFIED, BATCH = 200, 0.75, 10000
TIERS = ["Bronze", "Silver", "Gold", "Platinum", "Platinum Plus"]
FRANCHISES = ["Spider-Man", "Jumanji", "Ghostbusters", "Bad Boys", "Venom"]
COUNTRIES = {"US": "USD", "GB": "GBP", "DE": "EUR", "FR": "EUR", "JP": "JPY", "BR": "BRL", "CA": "CAD", "AU": "AUD", "MX": "MXN", "IN": "INR"}
KINDS = {"trailer_view": 0.45, "review": 0.15, "share": 0.15, "ticket_purchase": 0.15, "merch_purchase": 0.1}
DEVICES = ["phone", "tablet", "tv", "web"]
FIRST = "Ada Ben Cleo Dan Eva Finn Gia Hugo Ivy Jon Kim Leo Mia Noah Ona Pia Quinn Rosa Sam Tess".split()
LAST = "Adams Brown Clark Davis Evans Flores Green Hall Irwin Jones King Lopez Moore Nelson Owens Price".split()


def fan(seed, number, week):
    """A fan as of a week: a tier is gained now and then, an address or a country changed, and the name stays."""
    rng = Random(f"fan {seed} {number}")
    first, last, tier, mail = rng.choice(FIRST), rng.choice(LAST), rng.randrange(2), 0
    country, franchise = rng.choice(list(COUNTRIES)), rng.choice(FRANCHISES)
    for at in range(1, week + 1):
        life = Random(f"life {seed} {number} {at}")
        tier = min(tier + (life.random() < 0.3), len(TIERS) - 1)
        mail += life.random() < 0.1
        country = life.choice(list(COUNTRIES)) if life.random() < 0.05 else country
    return {
        "fan_id": f"FAN{number:06d}",
        "email": f"{first}.{last}.{number}{'.' + str(mail) if mail else ''}@example.com".lower(),
        "full_name": f"{first} {last}",
        "country": country,
        "membership_tier": TIERS[tier],
        "favorite_franchise": franchise,
    }


def event(rng, seed, week, moment):
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    told = {"event_type": kind, "title_id": f"T{rng.randint(1, 24):05d}", "event_timestamp": moment.isoformat(sep=" ")}
    if rng.random() >= VERIFIED:
        guest = {"session_id": f"S{rng.getrandbits(64):016x}", "country": rng.choice(list(COUNTRIES)), "device": rng.choice(DEVICES)}
        return {"account_type": "GUEST", **guest, **told}
    known = fan(seed, rng.randint(1, FANS), week)
    if kind.endswith("purchase"):
        told["amount"], told["currency"] = round(rng.uniform(8, 120), 2), COUNTRIES[known["country"]]
    return {"account_type": "VERIFIED", **known, **told}


def generate(session, events, seed):
    if events < 1:
        raise ValueError("GENERATE_FAN_INTERACTIONS takes a number of events, 1 or more")
    last = session.sql(f"SELECT MAX(TRY_TO_TIMESTAMP_NTZ(payload:event_timestamp::VARCHAR))::VARCHAR AS LAST FROM {TABLE}").collect()[0]["LAST"]
    week = 0 if last is None else max(0, (datetime.fromisoformat(last[:19]) - START) // WEEK + 1)
    rng = Random(f"events {int(seed)} {week}")
    begins = START + week * WEEK
    moments = sorted(begins + timedelta(seconds=rng.randrange(int(WEEK.total_seconds()))) for _ in range(int(events)))
    rows = [{"id": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "payload": event(rng, int(seed), week, moment)} for moment in moments]
    for at in range(0, len(rows), BATCH):
        session.sql(
            f"INSERT INTO {TABLE} (event_id, payload) SELECT f.value:id::VARCHAR, f.value:payload FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) f",
            params=[json.dumps(rows[at : at + BATCH])],
        ).collect()
    return f"{int(events)} events of the week of {begins.date()} generated"
$$;

CREATE OR REPLACE PROCEDURE SONY_DE.RAW.LOAD_BOX_OFFICE()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Loads the CSV files that distributors have put on the stage; each file once'
AS
$$
DECLARE
  rows_before NUMBER DEFAULT (SELECT COUNT(*) FROM SONY_DE.RAW.BOX_OFFICE_DAILY);
  rows_after NUMBER;
BEGIN
  COPY INTO SONY_DE.RAW.BOX_OFFICE_DAILY (report_id, report_date, country_code, currency_code, reported_at, lines, file_name)
  FROM (SELECT $1, $2, $3, $4, $5, $6, METADATA$FILENAME FROM @SONY_DE.RAW.BOX_OFFICE_FILES)
  FILE_FORMAT = (FORMAT_NAME = 'SONY_DE.RAW.BOX_OFFICE_CSV')
  ON_ERROR = CONTINUE;
  rows_after := (SELECT COUNT(*) FROM SONY_DE.RAW.BOX_OFFICE_DAILY);
  RETURN (rows_after - rows_before) || ' reports loaded';
END
$$;

CREATE OR REPLACE PROCEDURE SONY_DE.RAW.GENERATE_BOX_OFFICE(days NUMBER DEFAULT 14, seed NUMBER DEFAULT 42)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Puts a CSV file with further days of reports on the stage and loads it'
AS
$$
import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

TABLE, STAGE = "SONY_DE.RAW.BOX_OFFICE_DAILY", "SONY_DE.RAW.BOX_OFFICE_FILES"
START = date(2026, 1, 1)
MARKETS = {"US": "USD", "GB": "GBP", "DE": "EUR", "FR": "EUR", "JP": "JPY", "BR": "BRL", "KR": "KRW", "IN": "INR"}
PER_USD = {"USD": 1, "GBP": 0.8, "EUR": 0.9, "JPY": 150, "BRL": 5.5, "KRW": 1370, "INR": 83}
TITLES, AGAIN = 24, 0.08


def lines(rng, country):
    for number in sorted(rng.sample(range(1, TITLES + 1), 8)):
        admissions = rng.randint(200, 60000)
        price = rng.uniform(7, 15) * PER_USD[MARKETS[country]]
        yield {"title_id": f"T{number:05d}", "gross": round(admissions * price, 2), "admissions": admissions, "screens": rng.randint(5, 900)}


def reports(seed, day):
    """A report of each market; of some, a corrected one follows."""
    for country, currency in MARKETS.items():
        rng = Random(f"report {seed} {day} {country}")
        told, at = list(lines(rng, country)), datetime.combine(day, datetime.min.time()) + timedelta(days=1, hours=6)
        name = f"BO-{day:%Y%m%d}-{country}"
        yield name, day, country, currency, at, told
        if rng.random() < AGAIN:
            corrected = [{**line, "gross": round(line["gross"] * rng.uniform(0.95, 1.05), 2)} for line in told]
            yield f"{name}-2", day, country, currency, at + timedelta(hours=5), corrected


def generate(session, days, seed):
    if days < 1:
        raise ValueError("GENERATE_BOX_OFFICE takes a number of days, 1 or more")
    last = session.sql(f"SELECT MAX(TRY_TO_DATE(report_date))::VARCHAR AS LAST FROM {TABLE}").collect()[0]["LAST"]
    first = START if last is None else date.fromisoformat(last) + timedelta(days=1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"box_office_{first}.csv"
        with path.open("w", newline="") as text:
            file = csv.writer(text)
            file.writerow(["report_id", "report_date", "country_code", "currency_code", "reported_at", "lines"])
            for offset in range(int(days)):
                for *fields, told in reports(int(seed), first + timedelta(days=offset)):
                    file.writerow([*fields, json.dumps(told)])
        session.file.put(str(path), f"@{STAGE}", auto_compress=False, overwrite=True)
    loaded = session.sql("CALL SONY_DE.RAW.LOAD_BOX_OFFICE()").collect()[0][0]
    return f"{int(days)} days from {first}: {loaded}"
$$;
