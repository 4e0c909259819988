-- The warehouse, the schema, and three generators that stand in for the organisation's systems.
-- Each is seeded by its arguments: the same call gives the same rows, dates counted back from today.
CREATE WAREHOUSE IF NOT EXISTS UNDERSTOOD_DEMO_WH
  WAREHOUSE_SIZE = 'XSMALL'
  AUTO_SUSPEND = 60
  AUTO_RESUME = TRUE
  INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS UNDERSTOOD_DEMO;

CREATE SCHEMA IF NOT EXISTS UNDERSTOOD_DEMO.DYNAMIC_TABLES;

USE SCHEMA UNDERSTOOD_DEMO.DYNAMIC_TABLES;

CREATE OR REPLACE FUNCTION gen_members(num_records NUMBER)
RETURNS TABLE (member_id NUMBER, email VARCHAR, name VARCHAR, member_type VARCHAR, signup_date DATE, region VARCHAR)
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('faker')
HANDLER = 'Members'
AS
$$
from datetime import date, timedelta
from random import Random

from faker import Faker

TYPES = {"free": 0.5, "registered": 0.35, "premium": 0.15}
REGIONS = ["Northeast", "Southeast", "Midwest", "Southwest", "West"]


class Members:
    def process(self, num_records):
        rng = Random(f"members {num_records}")
        fake = Faker("en_US")
        fake.seed_instance(rng.randrange(2**32))
        for number in range(int(num_records)):
            yield (
                10001 + number,
                fake.email(),
                fake.name(),
                rng.choices(list(TYPES), list(TYPES.values()))[0],
                date.today() - timedelta(days=rng.randrange(730)),
                rng.choice(REGIONS),
            )
$$;

CREATE OR REPLACE FUNCTION gen_resources(num_records NUMBER)
RETURNS TABLE (
  resource_id NUMBER, title VARCHAR, content_type VARCHAR, topic VARCHAR,
  difficulty_level VARCHAR, publish_date DATE, estimated_minutes NUMBER
)
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('faker')
HANDLER = 'Resources'
AS
$$
from datetime import date, timedelta
from random import Random

from faker import Faker

MINUTES = {"article": (3, 15), "video": (5, 30), "tool": (5, 20), "webinar": (30, 90), "guide": (10, 40)}
TOPICS = ["focus", "reading", "learning", "parenting", "school"]
LEVELS = ["beginner", "intermediate", "advanced"]


class Resources:
    def process(self, num_records):
        rng = Random(f"resources {num_records}")
        fake = Faker("en_US")
        fake.seed_instance(rng.randrange(2**32))
        for number in range(int(num_records)):
            content_type = rng.choice(list(MINUTES))
            yield (
                100 + number,
                fake.sentence(nb_words=6).rstrip("."),
                content_type,
                rng.choice(TOPICS),
                rng.choice(LEVELS),
                date.today() - timedelta(days=rng.randrange(1, 730)),
                rng.randint(*MINUTES[content_type]),
            )
$$;

CREATE OR REPLACE FUNCTION gen_interactions(num_records NUMBER, ndays NUMBER, seed NUMBER)
RETURNS TABLE (member_id NUMBER, event_data VARIANT)
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
HANDLER = 'Interactions'
COMMENT = 'Sessions of one to ten events by members 10001-11000 with resources 100-199'
AS
$$
from datetime import datetime, time, timedelta
from random import Random

EVENTS = {"page_view": 0.5, "video_start": 0.15, "video_complete": 0.1, "download": 0.1, "share": 0.05, "bookmark": 0.1}
DEVICES = {"desktop": 0.45, "mobile": 0.45, "tablet": 0.1}


def pick(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


class Interactions:
    def process(self, num_records, ndays, seed):
        rng = Random(f"interactions {num_records} {ndays} {seed}")
        today = datetime.combine(datetime.now().date(), time())
        left = 0
        for _ in range(int(num_records)):
            if left == 0:
                left = rng.randint(1, 10)
                session, member, device = f"{rng.getrandbits(64):016x}", rng.randrange(10001, 11001), pick(rng, DEVICES)
                moment = today - timedelta(seconds=rng.randrange(1, int(ndays) * 86400))
            left -= 1
            seconds = rng.randint(5, 600)
            yield (
                member,
                {
                    "resource_id": rng.randrange(100, 200),
                    "event_type": pick(rng, EVENTS),
                    "session_id": session,
                    "timestamp": moment.isoformat(sep=" "),
                    "engagement_seconds": seconds,
                    "device_type": device,
                },
            )
            moment += timedelta(seconds=seconds)
$$;

-- The call of the specification: the same rows for the same arguments.
CREATE OR REPLACE FUNCTION gen_interactions(num_records NUMBER, ndays NUMBER)
RETURNS TABLE (member_id NUMBER, event_data VARIANT)
AS
$$
  SELECT member_id, event_data FROM TABLE(UNDERSTOOD_DEMO.DYNAMIC_TABLES.gen_interactions(num_records, ndays, 0::NUMBER))
$$;
