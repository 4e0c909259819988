-- The task graph: route, then history, then vault; and beside it the titles. Roots are suspended before they are made anew.
ALTER TASK IF EXISTS SONY_DE.STG.TSK_ROUTE_FAN_DATA SUSPEND;

CREATE OR REPLACE TASK SONY_DE.STG.TSK_ROUTE_FAN_DATA
  WAREHOUSE = STUDIO_WH
  SCHEDULE = '1 MINUTE'
  COMMENT = 'One read of the stream, three writes: each event goes to exactly one table'
  WHEN SYSTEM$STREAM_HAS_DATA('SONY_DE.RAW.RAW_FAN_STREAM')
AS
  INSERT ALL
    WHEN problem IS NULL AND account_type = 'VERIFIED' THEN
      INTO SONY_DE.STG.STG_FAN_VERIFIED (event_id, fan_id, email_hash, country_code, membership_tier, favorite_franchise, event_type, title_id,
        amount, currency_code, event_at, loaded_at)
      VALUES (event_id, fan_id, email_hash, country_code, membership_tier, favorite_franchise, event_type, title_id,
        amount, currency_code, event_at, loaded_at)
    WHEN problem IS NULL AND account_type = 'GUEST' THEN
      INTO SONY_DE.STG.STG_FAN_GUEST (event_id, session_id, country_code, device, event_type, title_id, event_at, loaded_at)
      VALUES (event_id, session_id, country_code, device, event_type, title_id, event_at, loaded_at)
    WHEN problem IS NOT NULL THEN
      INTO SONY_DE.STG.REJECTED_FAN_EVENTS (event_id, payload, reason, loaded_at)
      VALUES (event_id, redacted, problem, loaded_at)
  SELECT
    event_id,
    SONY_DE.STG.FAN_EVENT_PROBLEM(payload) AS problem,
    SONY_DE.STG.WITHOUT_PII(payload) AS redacted,
    payload:account_type::VARCHAR AS account_type,
    payload:fan_id::VARCHAR AS fan_id,
    payload:session_id::VARCHAR AS session_id,
    SHA2(LOWER(TRIM(payload:email::VARCHAR)), 256) AS email_hash,
    UPPER(payload:country::VARCHAR) AS country_code,
    LEFT(payload:membership_tier::VARCHAR, 20) AS membership_tier,
    LEFT(payload:favorite_franchise::VARCHAR, 60) AS favorite_franchise,
    LEFT(payload:device::VARCHAR, 20) AS device,
    payload:event_type::VARCHAR AS event_type,
    payload:title_id::VARCHAR AS title_id,
    TRY_TO_NUMBER(payload:amount::VARCHAR, 10, 2) AS amount,
    UPPER(payload:currency::VARCHAR) AS currency_code,
    TRY_TO_TIMESTAMP_NTZ(payload:event_timestamp::VARCHAR) AS event_at,
    loaded_at
  FROM SONY_DE.RAW.RAW_FAN_STREAM;

CREATE OR REPLACE TASK SONY_DE.STG.TSK_MERGE_FAN_SCD2
  WAREHOUSE = STUDIO_WH
  COMMENT = 'History and value of the fans'
  AFTER SONY_DE.STG.TSK_ROUTE_FAN_DATA
AS
  CALL SONY_DE.STG.MERGE_FAN_SCD2();

CREATE OR REPLACE TASK SONY_DE.STG.TSK_UPDATE_PII_VAULT
  WAREHOUSE = STUDIO_WH
  COMMENT = 'Personal data into the vault, and out of bronze'
  AFTER SONY_DE.STG.TSK_MERGE_FAN_SCD2
AS
  CALL SONY_DE.SECURE.UPDATE_PII_VAULT();

CREATE OR REPLACE TASK SONY_DE.STG.TSK_LOAD_DIM_TITLES
  WAREHOUSE = STUDIO_WH
  SCHEDULE = '5 MINUTES'
  COMMENT = 'Titles of the CMS and of IMDb'
  WHEN SYSTEM$STREAM_HAS_DATA('SONY_DE.RAW.RAW_TITLE_STREAM')
AS
  CALL SONY_DE.STG.LOAD_DIM_TITLES();

ALTER TASK SONY_DE.STG.TSK_UPDATE_PII_VAULT RESUME;
ALTER TASK SONY_DE.STG.TSK_MERGE_FAN_SCD2 RESUME;
ALTER TASK SONY_DE.STG.TSK_ROUTE_FAN_DATA RESUME;
ALTER TASK SONY_DE.STG.TSK_LOAD_DIM_TITLES RESUME;

GRANT MONITOR, OPERATE ON TASK SONY_DE.STG.TSK_ROUTE_FAN_DATA TO ROLE STUDIO_DATA_ENGINEER;
GRANT MONITOR, OPERATE ON TASK SONY_DE.STG.TSK_LOAD_DIM_TITLES TO ROLE STUDIO_DATA_ENGINEER;
