-- The imperative path: verified fans, guests, and what can't be read. Personal data go to the vault and nowhere else.
USE SCHEMA SONY_DE.STG;

CREATE FUNCTION FAN_EVENT_PROBLEM(payload VARIANT)
RETURNS VARCHAR
IMMUTABLE
COMMENT = 'Why an event can''t be used, or NULL'
AS
$$
  CASE
    WHEN payload IS NULL OR NOT IS_OBJECT(payload) THEN 'the event is no JSON object'
    WHEN COALESCE(payload:account_type::VARCHAR, '') NOT IN ('VERIFIED', 'GUEST') THEN 'account_type is missing or unknown'
    WHEN payload:event_type::VARCHAR IS NULL OR LENGTH(payload:event_type::VARCHAR) > 20 THEN 'event_type is missing or too long'
    WHEN TRY_TO_TIMESTAMP_NTZ(payload:event_timestamp::VARCHAR) IS NULL THEN 'event_timestamp is missing or no time'
    WHEN payload:amount::VARCHAR IS NOT NULL AND TRY_TO_NUMBER(payload:amount::VARCHAR, 10, 2) IS NULL THEN 'amount is no number'
    WHEN payload:currency::VARCHAR IS NOT NULL AND LENGTH(payload:currency::VARCHAR) <> 3 THEN 'currency is no code of three letters'
    WHEN payload:country::VARCHAR IS NOT NULL AND LENGTH(payload:country::VARCHAR) <> 2 THEN 'country is no code of two letters'
    WHEN LENGTH(payload:title_id::VARCHAR) > 20 THEN 'title_id is too long'
    WHEN payload:account_type::VARCHAR = 'GUEST' THEN
      CASE WHEN COALESCE(LENGTH(payload:session_id::VARCHAR), 0) NOT BETWEEN 1 AND 40 THEN 'session_id is missing or too long' END
    WHEN COALESCE(LENGTH(payload:fan_id::VARCHAR), 0) NOT BETWEEN 1 AND 20 THEN 'fan_id is missing or too long'
    WHEN COALESCE(payload:email::VARCHAR, '') NOT LIKE '%_@_%' OR LENGTH(payload:email::VARCHAR) > 254 THEN 'email is missing or no address'
  END
$$;

CREATE FUNCTION WITHOUT_PII(payload VARIANT)
RETURNS VARIANT
IMMUTABLE
COMMENT = 'An event without what tells who the fan is; in a text that is no JSON, addresses are starred'
AS
$$
  IFF(
    IS_OBJECT(payload),
    OBJECT_DELETE(AS_OBJECT(payload), 'email', 'full_name')::VARIANT,
    TO_VARIANT(REGEXP_REPLACE(REGEXP_REPLACE(payload::VARCHAR, '[^" ]+@[^" ]+', '***'), '"full_name" *: *"[^"]*"?', '"full_name": "***"'))
  )
$$;

CREATE TABLE STG_FAN_VERIFIED (
  event_id VARCHAR(36) NOT NULL,
  fan_id VARCHAR(20) NOT NULL,
  email_hash VARCHAR(64) NOT NULL COMMENT 'SHA-256 of the address in lower case',
  country_code VARCHAR(2),
  membership_tier VARCHAR(10),
  event_type VARCHAR(20) NOT NULL,
  title_id VARCHAR(20),
  amount NUMBER(10, 2) COMMENT 'Spent, in CURRENCY_CODE',
  currency_code VARCHAR(3),
  event_at TIMESTAMP_NTZ(9) NOT NULL,
  loaded_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Interactions of fans with a verified account';

CREATE STREAM STG_FAN_VERIFIED_STREAM ON TABLE STG_FAN_VERIFIED
  APPEND_ONLY = TRUE
  COMMENT = 'Interactions that DIM_FANS has not taken yet';

CREATE TABLE STG_FAN_GUEST (
  event_id VARCHAR(36) NOT NULL,
  session_id VARCHAR(40) NOT NULL,
  country_code VARCHAR(2),
  device VARCHAR(20),
  event_type VARCHAR(20) NOT NULL,
  title_id VARCHAR(20),
  event_at TIMESTAMP_NTZ(9) NOT NULL,
  loaded_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Interactions of guests';

CREATE TABLE REJECTED_FAN_EVENTS (
  event_id VARCHAR(36) NOT NULL,
  payload VARIANT COMMENT 'Without personal data',
  reason VARCHAR(100) NOT NULL,
  loaded_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Events that could not be routed, for an operator to look at';

CREATE TABLE SONY_DE.SECURE.PII_VAULT (
  fan_id VARCHAR(20) NOT NULL PRIMARY KEY,
  email VARCHAR(254),
  full_name VARCHAR(120),
  email_hash VARCHAR(64) NOT NULL,
  first_seen_at TIMESTAMP_NTZ(9) NOT NULL,
  updated_at TIMESTAMP_NTZ(9) NOT NULL COMMENT 'The latest event that told of the fan'
)
COMMENT = 'Who a fan is; the only place that says so';

CREATE TABLE SONY_DE.DIMS.DIM_FANS (
  fan_id VARCHAR(20) NOT NULL,
  email_hash VARCHAR(64) NOT NULL,
  country_code VARCHAR(2),
  membership_tier VARCHAR(10),
  valid_from TIMESTAMP_NTZ(9) NOT NULL,
  valid_to TIMESTAMP_NTZ(9) COMMENT 'Exclusive; NULL for the version that holds now',
  is_current BOOLEAN NOT NULL,
  PRIMARY KEY (fan_id, valid_from)
)
COMMENT = 'Verified fans with their history: SCD type 2';
