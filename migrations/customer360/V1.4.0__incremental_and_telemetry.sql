-- New transactions every five minutes: streams on the feed and on bronze, the latter
-- consumed by process_incremental_transactions. And what is measured of each run.
CREATE SCHEMA IF NOT EXISTS CUSTOMER_ANALYTICS.TELEMETRY;

CREATE STREAM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS_STREAM
  ON TABLE CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
  APPEND_ONLY = TRUE
  COMMENT = 'New transactions';

CREATE STREAM CUSTOMER_ANALYTICS.BRONZE.TRANSACTION_FEED_STREAM
  ON TABLE CUSTOMER_ANALYTICS.BRONZE.TRANSACTION_FEED
  APPEND_ONLY = TRUE
  COMMENT = 'New documents of the card network';

USE SCHEMA CUSTOMER_ANALYTICS.TELEMETRY;

CREATE TABLE GENERATION_TELEMETRY (
  phase VARCHAR(40) NOT NULL,
  started_at TIMESTAMP_NTZ(9) NOT NULL,
  finished_at TIMESTAMP_NTZ(9) NOT NULL,
  rows_produced NUMBER(18, 0) NOT NULL
)
COMMENT = 'Each phase of each run of the pipeline';

CREATE TABLE DATA_QUALITY_TELEMETRY (
  checked_at TIMESTAMP_NTZ(9) NOT NULL,
  check_number NUMBER(2, 0) NOT NULL,
  check_name VARCHAR(60) NOT NULL,
  observed NUMBER(24, 4),
  expected VARCHAR(80) NOT NULL,
  passed BOOLEAN NOT NULL
)
COMMENT = 'Results of the twelve checks, run by run';

CREATE TABLE SEGMENT_TELEMETRY (
  captured_at TIMESTAMP_NTZ(9) NOT NULL,
  customer_segment VARCHAR(30) NOT NULL,
  customers NUMBER(12, 0) NOT NULL,
  transactions_90d NUMBER(18, 0) NOT NULL,
  spend_90d NUMBER(18, 2) NOT NULL,
  customers_at_risk NUMBER(12, 0) NOT NULL
)
COMMENT = 'Segments as of each refresh';

CREATE TABLE BASELINE_METRICS (
  captured_at TIMESTAMP_NTZ(9) NOT NULL,
  metric VARCHAR(60) NOT NULL,
  value NUMBER(24, 2)
)
COMMENT = 'Key figures before a generation, which the delta analysis compares with those after it';
