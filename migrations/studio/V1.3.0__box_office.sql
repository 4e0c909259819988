-- The declarative path: five dynamic tables, each says what it is; when and in which order they are refreshed is Snowflake's business.
USE SCHEMA SONY_DE.STG;

CREATE FUNCTION BOX_OFFICE_PROBLEM(report_date VARCHAR, country_code VARCHAR, currency_code VARCHAR, reported_at VARCHAR, line VARIANT)
RETURNS VARCHAR
IMMUTABLE
COMMENT = 'Why a line of a report can''t be used, or NULL'
AS
$$
  CASE
    WHEN line IS NULL THEN 'the lines are no JSON array, or there are none'
    WHEN NOT IS_OBJECT(line) THEN 'the line is no JSON object'
    WHEN TRY_TO_DATE(report_date) IS NULL THEN 'report_date is missing or no date'
    WHEN TRY_TO_TIMESTAMP_NTZ(reported_at) IS NULL THEN 'reported_at is missing or no time'
    WHEN COALESCE(LENGTH(country_code), 0) <> 2 THEN 'country_code is missing or no code'
    WHEN COALESCE(LENGTH(currency_code), 0) <> 3 THEN 'currency_code is missing or no code'
    WHEN COALESCE(LENGTH(line:title_id::VARCHAR), 0) NOT BETWEEN 1 AND 20 THEN 'title_id is missing or too long'
    WHEN TRY_TO_NUMBER(line:gross::VARCHAR, 14, 2) IS NULL THEN 'gross is missing or no number'
  END
$$;

-- 1: a row for each title of a report
CREATE DYNAMIC TABLE STG_BOX_OFFICE_FLATTEN
  TARGET_LAG = '5 minutes'
  WAREHOUSE = STUDIO_WH
  REFRESH_MODE = INCREMENTAL
  COMMENT = 'Lines of the daily reports'
AS
SELECT
  b.report_id,
  l.index::NUMBER(9, 0) AS line_number,
  TRY_TO_DATE(b.report_date) AS performance_date,
  UPPER(b.country_code)::VARCHAR(2) AS country_code,
  UPPER(b.currency_code)::VARCHAR(3) AS currency_code,
  LEFT(l.value:title_id::VARCHAR, 20)::VARCHAR(20) AS title_id,
  TRY_TO_NUMBER(l.value:gross::VARCHAR, 14, 2)::NUMBER(14, 2) AS gross_local,
  TRY_TO_NUMBER(l.value:admissions::VARCHAR, 9, 0)::NUMBER(9, 0) AS admissions,
  TRY_TO_NUMBER(l.value:screens::VARCHAR, 6, 0)::NUMBER(6, 0) AS screens,
  TRY_TO_TIMESTAMP_NTZ(b.reported_at)::TIMESTAMP_NTZ(9) AS reported_at
FROM SONY_DE.RAW.BOX_OFFICE_DAILY b,
  LATERAL FLATTEN(INPUT => TRY_PARSE_JSON(b.lines)) l
WHERE SONY_DE.STG.BOX_OFFICE_PROBLEM(b.report_date, b.country_code, b.currency_code, b.reported_at, l.value) IS NULL;

-- 2: in USD, at the rate that Finance approved for the month
CREATE DYNAMIC TABLE STG_BOX_OFFICE_CURRENCY
  TARGET_LAG = '5 minutes'
  WAREHOUSE = STUDIO_WH
  REFRESH_MODE = INCREMENTAL
  COMMENT = 'Lines with their gross in USD'
AS
SELECT
  f.report_id,
  f.line_number,
  f.performance_date,
  f.country_code,
  f.currency_code,
  f.title_id,
  f.gross_local,
  SONY_DE.GOVERNANCE.CURRENCY_CONVERT(f.gross_local, r.usd_per_unit) AS gross_usd,
  f.admissions,
  f.screens,
  f.reported_at
FROM SONY_DE.STG.STG_BOX_OFFICE_FLATTEN f
JOIN SONY_DE.DIMS.DIM_FX_RATES r
  ON r.currency_code = f.currency_code AND r.rate_month = DATE_TRUNC('month', f.performance_date);

-- 3: distributors report again when they find a mistake; the latest report counts
CREATE DYNAMIC TABLE STG_BOX_OFFICE_DEDUP
  TARGET_LAG = '5 minutes'
  WAREHOUSE = STUDIO_WH
  REFRESH_MODE = INCREMENTAL
  COMMENT = 'One line for each title, country and day'
AS
SELECT *
FROM SONY_DE.STG.STG_BOX_OFFICE_CURRENCY
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY title_id, country_code, performance_date
  ORDER BY reported_at DESC, report_id DESC, line_number DESC
) = 1;

-- 4
CREATE DYNAMIC TABLE SONY_DE.FACTS.FACT_DAILY_PERFORMANCE
  TARGET_LAG = '10 minutes'
  WAREHOUSE = STUDIO_WH
  REFRESH_MODE = INCREMENTAL
  COMMENT = 'Box office of a title in a country on a day'
AS
SELECT
  d.performance_date,
  d.title_id,
  d.country_code,
  d.currency_code,
  d.gross_local,
  d.gross_usd,
  d.admissions,
  d.screens,
  DIV0NULL(d.gross_usd, d.screens)::NUMBER(18, 2) AS gross_per_screen_usd,
  DATEDIFF('day', t.release_date, d.performance_date)::NUMBER(9, 0) AS days_since_release,
  d.reported_at
FROM SONY_DE.STG.STG_BOX_OFFICE_DEDUP d
LEFT JOIN SONY_DE.DIMS.DIM_TITLES t ON t.title_id = d.title_id;

-- 5: gold
CREATE DYNAMIC TABLE SONY_DE.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE
  TARGET_LAG = '15 minutes'
  WAREHOUSE = STUDIO_WH
  REFRESH_MODE = INCREMENTAL
  COMMENT = 'Box office by franchise'
AS
SELECT
  COALESCE(t.franchise, 'No franchise')::VARCHAR(60) AS franchise,
  COUNT(DISTINCT f.title_id)::NUMBER(9, 0) AS titles,
  COUNT(DISTINCT f.country_code)::NUMBER(9, 0) AS countries,
  SUM(f.gross_usd)::NUMBER(18, 2) AS gross_usd,
  SUM(IFF(f.days_since_release BETWEEN 0 AND 6, f.gross_usd, 0))::NUMBER(18, 2) AS first_week_gross_usd,
  SUM(f.admissions)::NUMBER(18, 0) AS admissions,
  MAX(f.performance_date) AS last_day
FROM SONY_DE.FACTS.FACT_DAILY_PERFORMANCE f
LEFT JOIN SONY_DE.DIMS.DIM_TITLES t ON t.title_id = f.title_id
GROUP BY COALESCE(t.franchise, 'No franchise')::VARCHAR(60);
