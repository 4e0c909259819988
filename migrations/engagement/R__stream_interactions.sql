-- The demo's "streaming": batches of new events, each different from the one before, repeatable as a whole.
CREATE OR REPLACE PROCEDURE UNDERSTOOD_DEMO.DYNAMIC_TABLES.STREAM_INTERACTIONS(batches NUMBER, records_per_batch NUMBER)
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python')
HANDLER = 'stream'
COMMENT = 'Inserts batches of interactions of the last day'
AS
$$
SCHEMA = "UNDERSTOOD_DEMO.DYNAMIC_TABLES"


def stream(session, batches, records_per_batch):
    for _ in range(int(batches)):
        there = session.sql(f"SELECT COUNT(*) AS N FROM {SCHEMA}.RAW_INTERACTIONS").collect()[0]["N"]
        session.sql(
            f"INSERT INTO {SCHEMA}.RAW_INTERACTIONS (member_id, event_data) "
            f"SELECT member_id, event_data FROM TABLE({SCHEMA}.gen_interactions({int(records_per_batch)}, 1, {int(there)}))"
        ).collect()
    return f"{int(batches)} batches of {int(records_per_batch)} interactions inserted"
$$;
