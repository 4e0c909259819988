-- Each schema is a security boundary: who may enter it is said in V1.4.0. Bronze keeps what arrives as it arrives.
CREATE WAREHOUSE IF NOT EXISTS STUDIO_WH
  WAREHOUSE_SIZE = 'XSMALL'
  AUTO_SUSPEND = 60
  AUTO_RESUME = TRUE
  INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS SONY_DE;

CREATE SCHEMA IF NOT EXISTS SONY_DE.RAW COMMENT = 'What sources send: data engineers';
CREATE SCHEMA IF NOT EXISTS SONY_DE.STG COMMENT = 'Staging: data engineers';
CREATE SCHEMA IF NOT EXISTS SONY_DE.SECURE COMMENT = 'Personal data: compliance alone';
CREATE SCHEMA IF NOT EXISTS SONY_DE.DIMS COMMENT = 'Dimensions: analysts';
CREATE SCHEMA IF NOT EXISTS SONY_DE.FACTS COMMENT = 'Facts: analysts';
CREATE SCHEMA IF NOT EXISTS SONY_DE.STUDIO_OPS COMMENT = 'Box office for executives';
CREATE SCHEMA IF NOT EXISTS SONY_DE.MARKETING COMMENT = 'Fans for executives';
CREATE SCHEMA IF NOT EXISTS SONY_DE.GOVERNANCE COMMENT = 'Policies, metrics, shared functions, the pipeline monitor';

USE SCHEMA SONY_DE.RAW;

CREATE TABLE FAN_INTERACTIONS (
  event_id VARCHAR(36) NOT NULL DEFAULT UUID_STRING(),
  payload VARIANT COMMENT 'The event; one whose JSON is broken is kept as its text',
  loaded_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP(),
  redacted_at TIMESTAMP_NTZ(9) COMMENT 'When personal data were taken out, after the vault had them'
)
COMMENT = 'Fan interactions, a stream of JSON';

-- APPEND_ONLY: taking personal data out again is no new event.
CREATE STREAM RAW_FAN_STREAM ON TABLE FAN_INTERACTIONS
  APPEND_ONLY = TRUE
  COMMENT = 'Fan interactions that are not routed yet';

CREATE TABLE TITLE_METADATA (
  record_id VARCHAR(36) NOT NULL DEFAULT UUID_STRING(),
  source VARCHAR(10) COMMENT 'CMS or IMDB',
  record VARIANT,
  loaded_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Titles as the CMS and IMDb describe them';

CREATE STREAM RAW_TITLE_STREAM ON TABLE TITLE_METADATA
  APPEND_ONLY = TRUE
  COMMENT = 'Records that DIM_TITLES has not taken yet';

CREATE TABLE BOX_OFFICE_DAILY (
  report_id VARCHAR COMMENT 'The distributor''s',
  report_date VARCHAR,
  country_code VARCHAR,
  currency_code VARCHAR,
  reported_at VARCHAR,
  lines VARCHAR COMMENT 'JSON array, a title each: title_id, gross, admissions, screens',
  file_name VARCHAR,
  loaded_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Daily reports, a country each, as their CSV files have them';

-- A row with too few fields is loaded too, to be found among the rejected.
CREATE FILE FORMAT BOX_OFFICE_CSV
  TYPE = CSV
  SKIP_HEADER = 1
  FIELD_OPTIONALLY_ENCLOSED_BY = '"'
  ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE;

CREATE STAGE BOX_OFFICE_FILES
  FILE_FORMAT = BOX_OFFICE_CSV
  COMMENT = 'Stands in for the bucket that distributors write to';
