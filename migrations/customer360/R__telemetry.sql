-- Baseline, twelve checks, delta analysis, and the two views that dashboards read.
CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.TELEMETRY.KEY_FIGURES
  COMMENT = 'What the baseline and the delta analysis compare'
AS
WITH transactions AS (
  SELECT
    COUNT(*) AS transactions, COUNT(DISTINCT customer_id) AS active, SUM(transaction_amount) AS spend, AVG(transaction_amount) AS average,
    100 * COUNT_IF(status = 'approved') / NULLIF(COUNT(*), 0) AS approved
  FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
)
SELECT 'customers'::VARCHAR(60) AS metric, COUNT(*)::NUMBER(24, 2) AS value FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS
UNION ALL
SELECT 'transactions', transactions::NUMBER(24, 2) FROM transactions
UNION ALL
SELECT 'customers with transactions', active::NUMBER(24, 2) FROM transactions
UNION ALL
SELECT 'spend', spend::NUMBER(24, 2) FROM transactions
UNION ALL
SELECT 'average transaction', average::NUMBER(24, 2) FROM transactions
UNION ALL
SELECT 'approved percent', approved::NUMBER(24, 2) FROM transactions
UNION ALL
SELECT 'rejected records', COUNT(*)::NUMBER(24, 2) FROM CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS;

CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.TELEMETRY.CAPTURE_BASELINE()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Key figures before a generation'
AS
$$
BEGIN
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.BASELINE_METRICS (captured_at, metric, value)
  SELECT SYSDATE(), metric, value FROM CUSTOMER_ANALYTICS.TELEMETRY.KEY_FIGURES;
  RETURN SQLROWCOUNT || ' metrics captured';
END;
$$;

CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.TELEMETRY.DELTA_ANALYSIS()
RETURNS TABLE (metric VARCHAR, before NUMBER(24, 2), after NUMBER(24, 2), change NUMBER(24, 2))
LANGUAGE SQL
COMMENT = 'Key figures now, beside those of the last baseline'
AS
$$
DECLARE
  compared RESULTSET;
BEGIN
  compared := (
    SELECT
      k.metric::VARCHAR AS metric, b.value AS before, k.value AS after,
      (COALESCE(k.value, 0) - COALESCE(b.value, 0))::NUMBER(24, 2) AS change
    FROM CUSTOMER_ANALYTICS.TELEMETRY.KEY_FIGURES k
    LEFT JOIN CUSTOMER_ANALYTICS.TELEMETRY.BASELINE_METRICS b
      ON b.metric = k.metric AND b.captured_at = (SELECT MAX(captured_at) FROM CUSTOMER_ANALYTICS.TELEMETRY.BASELINE_METRICS)
    ORDER BY k.metric
  );
  RETURN TABLE(compared);
END;
$$;

-- Twelve checks after a generation, each one row: what was observed, what was expected, whether it holds.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.TELEMETRY.VALIDATE_GENERATION()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Twelve checks of the generated data, into DATA_QUALITY_TELEMETRY'
AS
$$
DECLARE
  moment TIMESTAMP_NTZ DEFAULT SYSDATE();
  passed NUMBER;
BEGIN
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.DATA_QUALITY_TELEMETRY (checked_at, check_number, check_name, observed, expected, passed)
  WITH customers AS (
    SELECT customer_id, customer_segment FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS
  ),
  size AS (
    SELECT COUNT(*) AS customers FROM customers
  ),
  totals AS (
    SELECT
      COUNT(*) AS transactions,
      COUNT(DISTINCT transaction_id) AS ids,
      COUNT_IF(transaction_id IS NULL OR customer_id IS NULL OR transaction_date IS NULL OR transaction_amount IS NULL
        OR merchant_name IS NULL OR merchant_category IS NULL OR channel IS NULL OR status IS NULL) AS incomplete,
      DATEDIFF('day', MIN(transaction_date), MAX(transaction_date)) / 30.4375 AS months,
      COUNT_IF(transaction_amount <= 0 OR transaction_amount >= 10000) AS odd_amounts,
      100 * COUNT_IF(status = 'approved') / NULLIF(COUNT(*), 0) AS approved
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
  ),
  by_customer AS (
    SELECT t.customer_id, c.customer_segment, COUNT(*) AS transactions, SUM(t.transaction_amount) AS spend
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS t
    LEFT JOIN customers c ON c.customer_id = t.customer_id
    GROUP BY t.customer_id, c.customer_segment
  ),
  channels AS (
    SELECT MIN(100 * n / all_n) AS least, COUNT(*) AS kinds
    FROM (SELECT channel, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS all_n FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS GROUP BY channel)
  ),
  categories AS (
    SELECT MAX(100 * n / all_n) AS most, COUNT(*) AS kinds
    FROM (
      SELECT merchant_category, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS all_n
      FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
      GROUP BY merchant_category
    )
  ),
  segments AS (
    SELECT
      SUM(IFF(customer_segment = 'High-Value Travelers', spend, 0)) / NULLIF(SUM(IFF(customer_segment = 'High-Value Travelers', transactions, 0)), 0)
        AS travelers,
      SUM(IFF(customer_segment = 'Budget-Conscious', spend, 0)) / NULLIF(SUM(IFF(customer_segment = 'Budget-Conscious', transactions, 0)), 0)
        AS budget
    FROM by_customer
  ),
  months AS (
    SELECT 100 * MIN(n) / NULLIF(AVG(n), 0) AS weakest, COUNT(*) AS months
    FROM (
      SELECT FLOOR(DATEDIFF('day', f.first_day, t.transaction_date) / 30) AS period, COUNT(*) AS n
      FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS t
      CROSS JOIN (SELECT MIN(transaction_date) AS first_day FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS) f
      GROUP BY period
    )
    WHERE period < 18
  ),
  checks AS (
    SELECT 1 AS check_number, 'Row count' AS check_name, t.transactions AS observed,
      (200 * s.customers) || ' to ' || (340 * s.customers) AS expected, t.transactions BETWEEN 200 * s.customers AND 340 * s.customers AS passed
    FROM totals t CROSS JOIN size s
    UNION ALL
    SELECT 2, 'Unique transaction IDs', transactions - ids, '0 repeated', transactions = ids FROM totals
    UNION ALL
    SELECT 3, 'NULL values in 8 fields', incomplete, '0 rows', incomplete = 0 FROM totals
    UNION ALL
    SELECT 4, 'Customer representation', COUNT(b.customer_id), COUNT(*) || ' customers', COUNT(b.customer_id) = COUNT(*)
    FROM customers c LEFT JOIN by_customer b ON b.customer_id = c.customer_id
    UNION ALL
    SELECT 5, 'Referential integrity', COUNT_IF(customer_segment IS NULL), '0 unknown customers', COUNT_IF(customer_segment IS NULL) = 0
    FROM by_customer
    UNION ALL
    SELECT 6, 'Date range', months, '17 to 19 months', months BETWEEN 17 AND 19 FROM totals
    UNION ALL
    SELECT 7, 'Transaction amounts', odd_amounts, '0 outside of 0 to 10000', odd_amounts = 0 FROM totals
    UNION ALL
    SELECT 8, 'Status distribution', approved, '96 to 98 percent approved', approved BETWEEN 96 AND 98 FROM totals
    UNION ALL
    SELECT 9, 'Channel distribution', least, '3 channels, each 10 percent or more', kinds = 3 AND least >= 10 FROM channels
    UNION ALL
    SELECT 10, 'Merchant category distribution', most, '10 categories, none above 40 percent', kinds = 10 AND most <= 40 FROM categories
    UNION ALL
    SELECT 11, 'Segment-specific patterns', travelers / NULLIF(budget, 0), 'travelers pay at least twice as much at a time as budget customers',
      travelers >= 2 * budget
    FROM segments
    UNION ALL
    SELECT 12, 'Monthly trends', weakest, '18 months, none below 60 percent of the average', months = 18 AND weakest >= 60 FROM months
  )
  SELECT :moment, check_number, check_name, observed::NUMBER(24, 4), expected, COALESCE(passed, FALSE) FROM checks;
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced)
  SELECT 'twelve checks', :moment, SYSDATE(), COUNT(*) FROM CUSTOMER_ANALYTICS.TELEMETRY.DATA_QUALITY_TELEMETRY WHERE checked_at = :moment;
  SELECT COUNT_IF(passed) INTO :passed FROM CUSTOMER_ANALYTICS.TELEMETRY.DATA_QUALITY_TELEMETRY WHERE checked_at = :moment;
  RETURN passed || ' of 12 checks passed';
END;
$$;

CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.TELEMETRY.V_DATA_QUALITY_DASHBOARD
  COMMENT = 'The latest result of each check, and what is kept aside'
AS
SELECT check_number, check_name::VARCHAR(100) AS check_name, observed, expected, passed, checked_at
FROM CUSTOMER_ANALYTICS.TELEMETRY.DATA_QUALITY_TELEMETRY
QUALIFY ROW_NUMBER() OVER (PARTITION BY check_number ORDER BY checked_at DESC) = 1
UNION ALL
SELECT
  13::NUMBER(2, 0), ('Rejected records: ' || reason)::VARCHAR(100), COUNT(*)::NUMBER(24, 4), 'looked at by an operator', COUNT(*) = 0, MAX(rejected_at)
FROM CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS
GROUP BY reason;

CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.TELEMETRY.V_SEGMENT_PERFORMANCE
  COMMENT = 'Segments over time: each capture against the one before'
AS
SELECT
  captured_at,
  customer_segment,
  customers,
  transactions_90d,
  spend_90d,
  customers_at_risk,
  (spend_90d - LAG(spend_90d) OVER (PARTITION BY customer_segment ORDER BY captured_at))::NUMBER(18, 2) AS spend_change
FROM CUSTOMER_ANALYTICS.TELEMETRY.SEGMENT_TELEMETRY;

CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.REFRESH_ANALYTICS_VIEWS()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Refreshes what analysts read and records the state of each segment'
AS
$$
DECLARE
  started TIMESTAMP_NTZ DEFAULT SYSDATE();
BEGIN
  ALTER DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.CUSTOMER_SEGMENTS REFRESH;
  ALTER DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.METRIC_CUSTOMER_LTV REFRESH;
  ALTER DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.METRIC_MOM_SPEND_CHANGE REFRESH;
  ALTER DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.METRIC_AVG_TRANSACTION_VALUE REFRESH;
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.SEGMENT_TELEMETRY
    (captured_at, customer_segment, customers, transactions_90d, spend_90d, customers_at_risk)
  SELECT SYSDATE(), s.customer_segment, s.customers, s.transactions_90d, s.spend_90d, COALESCE(r.customers, 0)
  FROM CUSTOMER_ANALYTICS.GOLD.CUSTOMER_SEGMENTS s
  LEFT JOIN (
    SELECT customer_segment, COUNT(*) AS customers FROM CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_PROFILE WHERE churn_risk = 'high'
    GROUP BY customer_segment
  ) r ON r.customer_segment = s.customer_segment
  QUALIFY s.as_of_date = MAX(s.as_of_date) OVER ();
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced)
  SELECT 'analytics views', :started, SYSDATE(), COUNT(*) FROM CUSTOMER_ANALYTICS.GOLD.CUSTOMER_SEGMENTS;
  CALL CUSTOMER_ANALYTICS.TELEMETRY.VALIDATE_GENERATION();
  RETURN 'refreshed';
END;
$$;
