-- Customers, seeded: the same two arguments give the same rows, dates counted back from today.
-- Five segments in blocks of twenty, so that their shares are exact: 15, 40, 25, 10 and 10 percent.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.BRONZE.GENERATE_CUSTOMERS(customer_count NUMBER, seed NUMBER)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'generate'
COMMENT = 'Replaces BRONZE_CUSTOMERS by CUSTOMER_COUNT customers'
AS
$$
from datetime import date, datetime, timedelta, timezone
from random import Random

TABLE = "CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS"
COLUMNS = [
    "CUSTOMER_ID", "FIRST_NAME", "LAST_NAME", "EMAIL", "AGE", "STATE", "CITY", "EMPLOYMENT_STATUS", "CARD_TYPE", "CREDIT_LIMIT",
    "ACCOUNT_OPEN_DATE", "CUSTOMER_SEGMENT", "DECLINE_TYPE",
]
# of twenty customers; age; credit limit in hundreds; days since the account was opened; cards
SEGMENTS = {
    "High-Value Travelers": (3, (35, 65), (150, 500), (900, 5500), {"Platinum": 0.6, "Gold": 0.4}),
    "Stable Mid-Spenders": (8, (30, 65), (50, 150), (900, 5500), {"Gold": 0.5, "Standard": 0.5}),
    "Budget-Conscious": (5, (22, 70), (10, 50), (900, 4000), {"Standard": 0.7, "Basic": 0.3}),
    "Declining": (2, (28, 70), (30, 150), (900, 5500), {"Gold": 0.3, "Standard": 0.7}),
    "New & Growing": (2, (21, 40), (20, 80), (60, 400), {"Standard": 0.6, "Basic": 0.4}),
}
BLOCK = [segment for segment, facts in SEGMENTS.items() for _ in range(facts[0])]
EMPLOYMENT = {"Employed": 0.68, "Self-Employed": 0.14, "Retired": 0.1, "Student": 0.05, "Unemployed": 0.03}
FIRST = (
    "Ada Amara Ben Carla Chen Dana David Elena Emma Farid Grace Hannah Hugo Ines Ivan Jack Jamal Julia Kai Karen Leo Lina Luis Maria "
    "Maya Mei Nadia Noah Nora Olga Omar Paula Peter Priya Quinn Rosa Ruth Samir Sara Sofia Tariq Theo Tom Uma Vera Victor Wendy Yara Yusuf Zoe"
).split()
LAST = (
    "Adams Ahmed Baker Bauer Brown Carter Chang Clark Cohen Cruz Diaz Dubois Evans Fischer Flores Garcia Green Gupta Hall Hansen Hill Ito "
    "Jackson Jones Kaur Kelly Khan Kim King Klein Lee Lopez Martin Meyer Moore Nguyen Novak Okafor Patel Perez Reed Rossi Scott Silva "
    "Singh Smith Tanaka Turner Walker Young"
).split()
PLACES = [
    ("CA", "Los Angeles"), ("CA", "San Diego"), ("TX", "Houston"), ("TX", "Austin"), ("NY", "New York"), ("NY", "Buffalo"),
    ("FL", "Miami"), ("FL", "Tampa"), ("IL", "Chicago"), ("PA", "Philadelphia"), ("OH", "Columbus"), ("GA", "Atlanta"),
    ("NC", "Charlotte"), ("MI", "Detroit"), ("WA", "Seattle"), ("AZ", "Phoenix"), ("MA", "Boston"), ("CO", "Denver"),
    ("MN", "Minneapolis"), ("IA", "Des Moines"),
]


def pick(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def customer(number, segment, rng, today):
    _, ages, limits, days, cards = SEGMENTS[segment]
    first, last = rng.choice(FIRST), rng.choice(LAST)
    state, city = rng.choice(PLACES)
    return (
        f"CUST{number:08d}",
        first,
        last,
        f"{first}.{last}.{number}@example.com".lower(),
        rng.randint(*ages),
        state,
        city,
        pick(rng, EMPLOYMENT),
        pick(rng, cards),
        rng.randint(*limits) * 100,
        today - timedelta(days=rng.randint(*days)),
        segment,
        rng.choice(["gradual", "sudden"]) if segment == "Declining" else None,
    )


def generate(session, customer_count, seed):
    started, count = datetime.now(timezone.utc).replace(tzinfo=None), int(customer_count)
    if count < 1:
        raise ValueError("GENERATE_CUSTOMERS takes a number of customers, 1 or more")
    rng, today, rows = Random(f"customers {int(seed)}"), date.today(), []
    while len(rows) < count:
        block = list(BLOCK)
        rng.shuffle(block)
        rows += [customer(len(rows) + 1 + place, segment, rng, today) for place, segment in enumerate(block)]
    frame = session.create_dataframe(rows[:count], schema=COLUMNS)
    frame.write.mode("truncate").save_as_table(TABLE)
    session.sql(
        "INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced) "
        "SELECT 'customers', ?::TIMESTAMP_NTZ, SYSDATE(), ?",
        params=[str(started), count],
    ).collect()
    return f"{count} customers generated"
$$;
