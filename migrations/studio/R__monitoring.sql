-- What the pipeline monitor shows. Counts alone: nothing here tells who a fan is.
CREATE OR REPLACE VIEW SONY_DE.GOVERNANCE.PIPELINE_HEALTH
  COMMENT = 'Rows of every table, and when it last got some'
AS
SELECT
  layer::VARCHAR(10) AS layer,
  table_name::VARCHAR(60) AS table_name,
  row_count::NUMBER(18, 0) AS row_count,
  last_update::TIMESTAMP_NTZ(9) AS last_update
FROM (
  SELECT '1 bronze' AS layer, 'RAW.FAN_INTERACTIONS' AS table_name, COUNT(*) AS row_count, MAX(loaded_at) AS last_update FROM SONY_DE.RAW.FAN_INTERACTIONS
  UNION ALL SELECT '1 bronze', 'RAW.TITLE_METADATA', COUNT(*), MAX(loaded_at) FROM SONY_DE.RAW.TITLE_METADATA
  UNION ALL SELECT '1 bronze', 'RAW.BOX_OFFICE_DAILY', COUNT(*), MAX(loaded_at) FROM SONY_DE.RAW.BOX_OFFICE_DAILY
  UNION ALL SELECT '2 silver', 'STG.STG_FAN_VERIFIED', COUNT(*), MAX(loaded_at) FROM SONY_DE.STG.STG_FAN_VERIFIED
  UNION ALL SELECT '2 silver', 'STG.STG_FAN_GUEST', COUNT(*), MAX(loaded_at) FROM SONY_DE.STG.STG_FAN_GUEST
  UNION ALL SELECT '2 silver', 'SECURE.PII_VAULT', COUNT(*), MAX(updated_at) FROM SONY_DE.SECURE.PII_VAULT
  UNION ALL SELECT '2 silver', 'DIMS.DIM_FANS', COUNT(*), MAX(valid_from) FROM SONY_DE.DIMS.DIM_FANS
  UNION ALL SELECT '2 silver', 'DIMS.DIM_TITLES', COUNT(*), MAX(updated_at) FROM SONY_DE.DIMS.DIM_TITLES
  UNION ALL SELECT '2 silver', 'DIMS.DIM_FX_RATES', COUNT(*), MAX(rate_month)::TIMESTAMP_NTZ FROM SONY_DE.DIMS.DIM_FX_RATES
  UNION ALL SELECT '2 silver', 'STG.STG_BOX_OFFICE_FLATTEN', COUNT(*), MAX(reported_at) FROM SONY_DE.STG.STG_BOX_OFFICE_FLATTEN
  UNION ALL SELECT '2 silver', 'STG.STG_BOX_OFFICE_CURRENCY', COUNT(*), MAX(reported_at) FROM SONY_DE.STG.STG_BOX_OFFICE_CURRENCY
  UNION ALL SELECT '2 silver', 'STG.STG_BOX_OFFICE_DEDUP', COUNT(*), MAX(reported_at) FROM SONY_DE.STG.STG_BOX_OFFICE_DEDUP
  UNION ALL SELECT '2 silver', 'FACTS.FACT_DAILY_PERFORMANCE', COUNT(*), MAX(reported_at) FROM SONY_DE.FACTS.FACT_DAILY_PERFORMANCE
  UNION ALL SELECT '3 gold', 'STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE', COUNT(*), MAX(last_day)::TIMESTAMP_NTZ FROM SONY_DE.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE
  UNION ALL SELECT '3 gold', 'MARKETING.FAN_LIFETIME_VALUE', COUNT(*), MAX(last_seen_at) FROM SONY_DE.MARKETING.FAN_LIFETIME_VALUE
);

CREATE OR REPLACE VIEW SONY_DE.GOVERNANCE.REJECTED_RECORDS
  COMMENT = 'What bronze holds and no further table could use, and why'
AS
SELECT
  source::VARCHAR(20) AS source,
  record_id::VARCHAR AS record_id,
  reason::VARCHAR(100) AS reason,
  loaded_at::TIMESTAMP_NTZ(9) AS loaded_at
FROM (
  SELECT 'fan interactions' AS source, event_id AS record_id, reason, loaded_at
  FROM SONY_DE.STG.REJECTED_FAN_EVENTS
  UNION ALL
  SELECT 'fan interactions', e.event_id, 'no approved rate for the amount''s currency and month', e.loaded_at
  FROM SONY_DE.STG.STG_FAN_VERIFIED e
  LEFT JOIN SONY_DE.DIMS.DIM_FX_RATES r ON r.currency_code = e.currency_code AND r.rate_month = DATE_TRUNC('month', e.event_at)::DATE
  WHERE e.amount IS NOT NULL AND r.currency_code IS NULL
  UNION ALL
  SELECT 'title metadata', record_id, SONY_DE.STG.TITLE_PROBLEM(source, record), loaded_at
  FROM SONY_DE.RAW.TITLE_METADATA
  WHERE SONY_DE.STG.TITLE_PROBLEM(source, record) IS NOT NULL
  UNION ALL
  SELECT 'box office', b.report_id, SONY_DE.STG.BOX_OFFICE_PROBLEM(b.report_date, b.country_code, b.currency_code, b.reported_at, l.value), b.loaded_at
  FROM SONY_DE.RAW.BOX_OFFICE_DAILY b,
    LATERAL FLATTEN(INPUT => TRY_PARSE_JSON(b.lines), OUTER => TRUE) l
  WHERE SONY_DE.STG.BOX_OFFICE_PROBLEM(b.report_date, b.country_code, b.currency_code, b.reported_at, l.value) IS NOT NULL
  UNION ALL
  SELECT 'box office', f.report_id, 'no approved rate for the report''s currency and month', f.reported_at
  FROM SONY_DE.STG.STG_BOX_OFFICE_FLATTEN f
  LEFT JOIN SONY_DE.DIMS.DIM_FX_RATES r ON r.currency_code = f.currency_code AND r.rate_month = DATE_TRUNC('month', f.performance_date)
  WHERE r.currency_code IS NULL
);

GRANT USAGE ON SCHEMA SONY_DE.GOVERNANCE TO ROLE STUDIO_DATA_ENGINEER;
GRANT USAGE ON SCHEMA SONY_DE.GOVERNANCE TO ROLE STUDIO_EXECUTIVE;
GRANT SELECT ON VIEW SONY_DE.GOVERNANCE.PIPELINE_HEALTH TO ROLE STUDIO_DATA_ENGINEER;
GRANT SELECT ON VIEW SONY_DE.GOVERNANCE.PIPELINE_HEALTH TO ROLE STUDIO_EXECUTIVE;
GRANT SELECT ON VIEW SONY_DE.GOVERNANCE.REJECTED_RECORDS TO ROLE STUDIO_DATA_ENGINEER;
