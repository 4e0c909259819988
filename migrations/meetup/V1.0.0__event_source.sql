-- Where events land: one JSON document per row, as a stream loader or Kafka connector would leave them.
-- The external feed is replaced by GENERATE_EVENTS (R__generate_events.sql).
CREATE WAREHOUSE IF NOT EXISTS COMPUTE_WH
  WAREHOUSE_SIZE = 'XSMALL'
  AUTO_SUSPEND = 60
  AUTO_RESUME = TRUE
  INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS RAW_DESMOINES_SF_MEETUP;

CREATE SCHEMA IF NOT EXISTS RAW_DESMOINES_SF_MEETUP.EVENTS;

CREATE TABLE RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS (
  value VARIANT NOT NULL COMMENT 'The event as it was sent',
  loaded_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP() COMMENT 'When the row was loaded, UTC'
)
COMMENT = 'Customer interaction events, one JSON document per row';
