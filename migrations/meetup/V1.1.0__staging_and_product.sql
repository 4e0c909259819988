-- The first release of the data product: typed columns above, governed product below.
CREATE DATABASE IF NOT EXISTS ANALYTICS;

CREATE SCHEMA IF NOT EXISTS ANALYTICS.STAGING;

CREATE SCHEMA IF NOT EXISTS ANALYTICS.MARTS;

-- Every field of the event, cast. Column by column: `SELECT *` would freeze here and break on the next ADD COLUMN.
CREATE VIEW ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS AS
SELECT
  value:interaction_id::VARCHAR(36) AS interaction_id,
  value:customer_id::VARCHAR(32) AS customer_id,
  value:timestamp::TIMESTAMP_NTZ(9) AS interaction_timestamp,
  value:type::VARCHAR(32) AS interaction_type,
  value:value_usd::NUMBER(18, 2) AS interaction_value_usd,
  value:channel::VARCHAR(16) AS channel,
  value:session_id::VARCHAR(64) AS session_id,
  loaded_at
FROM RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS;

CREATE DYNAMIC TABLE ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT
  TARGET_LAG = '5 minutes'
  WAREHOUSE = COMPUTE_WH
AS
SELECT
  interaction_id,
  customer_id,
  interaction_timestamp,
  interaction_type,
  interaction_value_usd::NUMBER(10, 2) AS interaction_value_usd,
  channel
FROM ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS;
