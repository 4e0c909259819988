-- Customer Success asked for the session; a wholesale order of 12,000,000 USD no longer fitted NUMBER(10,2).
-- A dynamic table's columns follow its query, so both are one new definition.
CREATE OR REPLACE DYNAMIC TABLE ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT
  TARGET_LAG = '5 minutes'
  WAREHOUSE = COMPUTE_WH
  COMMENT = 'One row per customer interaction; the governed product'
AS
SELECT
  interaction_id,
  customer_id,
  interaction_timestamp,
  interaction_type,
  interaction_value_usd,
  channel,
  session_id
FROM ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS;
