-- Where events land, whoever sends them, and the stream that hands each of them on exactly once.
CREATE SCHEMA IF NOT EXISTS RETAIL.RAW_DATA;

USE SCHEMA RETAIL.RAW_DATA;

CREATE TABLE RAW_RETAIL_EVENTS (
  event_id VARCHAR(36) NOT NULL,
  event_type VARCHAR(30) COMMENT 'customer, purchase, marketing or supply_chain',
  event_data VARIANT COMMENT 'The event; one whose JSON is broken is kept as its text',
  run_id VARCHAR(36) COMMENT 'The generation run; NULL for an event that came from elsewhere',
  created_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Retail events as they arrive';

CREATE STREAM RAW_RETAIL_EVENTS_STREAM ON TABLE RAW_RETAIL_EVENTS
  APPEND_ONLY = TRUE
  COMMENT = 'Events that bronze has not taken yet';

CREATE TABLE RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT (
  run_id VARCHAR(36) NOT NULL PRIMARY KEY,
  run_number NUMBER(9, 0) NOT NULL,
  run_timestamp TIMESTAMP_NTZ(9) NOT NULL DEFAULT CURRENT_TIMESTAMP(),
  customer_events NUMBER(9, 0),
  purchase_events NUMBER(9, 0),
  marketing_events NUMBER(9, 0),
  supply_chain_events NUMBER(9, 0),
  events_generated NUMBER(9, 0),
  reference_snapshot VARIANT COMMENT 'By reference table, by key: the row as the run found it',
  reference_md5 VARCHAR(32) COMMENT 'MD5 of the snapshot: another value, another configuration',
  configuration_changed BOOLEAN COMMENT 'Whether the MD5 differs from the run before',
  execution_seconds NUMBER(9, 3),
  status VARCHAR(10) COMMENT 'SUCCESS or FAILURE',
  error_message VARCHAR(2000)
)
COMMENT = 'Every generation run, with the configuration that it saw';
