-- Two dimensions, and the one way to convert a currency.
USE SCHEMA SONY_DE.DIMS;

CREATE TABLE DIM_TITLES (
  title_id VARCHAR(20) NOT NULL PRIMARY KEY,
  imdb_id VARCHAR(12),
  title VARCHAR(200) NOT NULL,
  franchise VARCHAR(60),
  genre VARCHAR(60),
  release_date DATE,
  budget_usd NUMBER(9, 0),
  imdb_score NUMBER(3, 1) COMMENT '0 to 10',
  imdb_votes NUMBER(12, 0),
  updated_at TIMESTAMP_NTZ(9) NOT NULL
)
COMMENT = 'Titles: the CMS says what they are, IMDb how they are liked';

CREATE TABLE DIM_FX_RATES (
  currency_code VARCHAR(3) NOT NULL,
  rate_month DATE NOT NULL COMMENT 'The first of the month in which the rate holds',
  usd_per_unit NUMBER(18, 8) NOT NULL,
  approved_by VARCHAR(40) NOT NULL,
  PRIMARY KEY (currency_code, rate_month)
)
COMMENT = 'Rates that Finance has approved, a month at a time';

INSERT INTO DIM_FX_RATES
SELECT
  c.currency_code,
  DATEADD('month', m.number, '2025-01-01'::DATE),
  IFF(c.currency_code = 'USD', 1, ROUND(c.usd_per_unit * (1 + (MOD(m.number * 7 + ASCII(c.currency_code), 11) - 5) / 1000), 8)),
  'Finance'
FROM (
  VALUES ('USD', 1), ('EUR', 1.08), ('GBP', 1.27), ('JPY', 0.0067), ('BRL', 0.18), ('CAD', 0.73), ('AUD', 0.66), ('MXN', 0.055), ('INR', 0.012), ('KRW', 0.00073)
) c (currency_code, usd_per_unit)
CROSS JOIN (SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS number FROM TABLE(GENERATOR(ROWCOUNT => 24))) m;

CREATE FUNCTION SONY_DE.GOVERNANCE.CURRENCY_CONVERT(amount NUMBER(18, 2), usd_per_unit NUMBER(18, 8))
RETURNS NUMBER(18, 2)
IMMUTABLE
COMMENT = 'An amount in USD at a rate of DIM_FX_RATES; box office and fans both use it'
AS
$$
  ROUND(amount * usd_per_unit, 2)
$$;

CREATE FUNCTION SONY_DE.STG.TITLE_PROBLEM(source VARCHAR, record VARIANT)
RETURNS VARCHAR
IMMUTABLE
COMMENT = 'Why a record can''t be used, or NULL'
AS
$$
  CASE
    WHEN record IS NULL OR NOT IS_OBJECT(record) THEN 'the record is no JSON object'
    WHEN COALESCE(source, '') NOT IN ('CMS', 'IMDB') THEN 'the source is unknown'
    WHEN source = 'CMS' AND COALESCE(LENGTH(record:title_id::VARCHAR), 0) NOT BETWEEN 1 AND 20 THEN 'title_id is missing or too long'
    WHEN source = 'CMS' AND record:title::VARCHAR IS NULL THEN 'title is missing'
    WHEN source = 'CMS' AND record:release_date::VARCHAR IS NOT NULL AND TRY_TO_DATE(record:release_date::VARCHAR) IS NULL THEN 'release_date is no date'
    WHEN source = 'CMS' AND record:budget_usd::VARCHAR IS NOT NULL AND TRY_TO_NUMBER(record:budget_usd::VARCHAR, 12, 0) IS NULL THEN 'budget_usd is no number'
    WHEN LENGTH(record:imdb_id::VARCHAR) > 12 THEN 'imdb_id is too long'
    WHEN source = 'IMDB' AND record:imdb_id::VARCHAR IS NULL THEN 'imdb_id is missing'
    WHEN source = 'IMDB' AND TRY_TO_NUMBER(record:rating::VARCHAR, 3, 1) IS NULL THEN 'rating is missing or no number'
  END
$$;
