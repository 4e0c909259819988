-- Silver to gold. It stands in for EXECUTE DBT PROJECT customer_analytics_dbt COMMAND = 'run'.
-- The calendar begins a week before the 18 months do: what one weekly run generated stays within it until the next.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.LOAD_DIM_DATE()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = '580 days from a week before the day 18 months ago'
AS
$$
BEGIN
  INSERT OVERWRITE INTO CUSTOMER_ANALYTICS.GOLD.DIM_DATE
    (date_day, year, quarter, month, month_start, month_name, day_of_month, day_of_week, day_name, is_weekend)
  SELECT
    date_day, YEAR(date_day), QUARTER(date_day), MONTH(date_day), DATE_TRUNC('month', date_day), MONTHNAME(date_day), DAY(date_day),
    DAYOFWEEKISO(date_day), DAYNAME(date_day), DAYOFWEEKISO(date_day) >= 6
  FROM (
    SELECT DATEADD('day', ROW_NUMBER() OVER (ORDER BY SEQ4()) - 8, DATEADD('month', -18, CURRENT_DATE())) AS date_day
    FROM TABLE(GENERATOR(ROWCOUNT => 580))
  );
  RETURN SQLROWCOUNT || ' days';
END;
$$;

-- A version ends at the instant at which the next one begins: intervals have neither gaps nor overlaps.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.LOAD_DIM_CUSTOMER()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Closes versions whose attributes changed and opens new ones'
AS
$$
DECLARE
  moment TIMESTAMP_NTZ DEFAULT SYSDATE();
  opened NUMBER;
BEGIN
  CREATE OR REPLACE TEMPORARY TABLE CUSTOMER_ANALYTICS.GOLD.ARRIVED_CUSTOMERS AS
  SELECT
    c.*,
    MD5(CONCAT_WS('|', COALESCE(email, ''), COALESCE(state, ''), COALESCE(city, ''), COALESCE(employment_status, ''),
      COALESCE(card_type, ''), COALESCE(credit_limit::VARCHAR, ''), customer_segment))::VARCHAR(32) AS version_hash
  FROM CUSTOMER_ANALYTICS.SILVER.STG_CUSTOMERS c;

  BEGIN TRANSACTION;
  UPDATE CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER d
  SET valid_to = :moment, is_current = FALSE
  FROM CUSTOMER_ANALYTICS.GOLD.ARRIVED_CUSTOMERS a
  WHERE a.customer_id = d.customer_id AND d.is_current AND a.version_hash <> d.version_hash;

  INSERT INTO CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER
    (customer_key, customer_id, first_name, last_name, email, age, state, city, employment_status, card_type, credit_limit,
     account_open_date, customer_segment, version_hash, valid_from, valid_to, is_current)
  SELECT
    k.last_key + ROW_NUMBER() OVER (ORDER BY a.customer_id),
    a.customer_id, a.first_name, a.last_name, a.email, a.age, a.state, a.city, a.employment_status, a.card_type, a.credit_limit,
    a.account_open_date, a.customer_segment, a.version_hash,
    COALESCE(p.valid_to, a.account_open_date::TIMESTAMP_NTZ), '9999-12-31'::TIMESTAMP_NTZ, TRUE
  FROM CUSTOMER_ANALYTICS.GOLD.ARRIVED_CUSTOMERS a
  CROSS JOIN (SELECT COALESCE(MAX(customer_key), 0) AS last_key FROM CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER) k
  LEFT JOIN (
    SELECT customer_id, MAX(valid_to) AS valid_to, BOOLOR_AGG(is_current) AS is_current
    FROM CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER
    GROUP BY customer_id
  ) p ON p.customer_id = a.customer_id
  WHERE COALESCE(p.is_current, FALSE) = FALSE;
  opened := SQLROWCOUNT;
  COMMIT;
  DROP TABLE CUSTOMER_ANALYTICS.GOLD.ARRIVED_CUSTOMERS;
  RETURN opened || ' versions opened';
END;
$$;

-- The whole fact anew; what cannot be used is kept aside, and the stream has seen it all.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.LOAD_FCT_TRANSACTIONS()
RETURNS NUMBER
LANGUAGE SQL
COMMENT = 'Rebuilds the fact from silver; the number of its rows'
AS
$$
DECLARE
  loaded NUMBER;
BEGIN
  BEGIN TRANSACTION;
  DELETE FROM CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS WHERE source = 'BRONZE_TRANSACTIONS';
  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS (source, reason, record, rejected_at)
  SELECT
    'BRONZE_TRANSACTIONS',
    rejection_reason,
    TO_JSON(OBJECT_CONSTRUCT('transaction_id', transaction_id, 'customer_id', customer_id, 'transaction_date', transaction_date::VARCHAR,
      'transaction_amount', transaction_amount, 'merchant_name', merchant_name, 'channel', channel, 'status', status)),
    SYSDATE()
  FROM CUSTOMER_ANALYTICS.SILVER.JUDGED_TRANSACTIONS
  WHERE rejection_reason IS NOT NULL;

  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS (source, reason, record, rejected_at)
  SELECT 'BRONZE_TRANSACTIONS', 'duplicate transaction_id', TO_JSON(OBJECT_CONSTRUCT('transaction_id', transaction_id, 'copies', COUNT(*) - 1)),
    SYSDATE()
  FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
  WHERE transaction_id IS NOT NULL
  GROUP BY transaction_id
  HAVING COUNT(*) > 1;

  -- no row of the stream is wanted: reading it is what moves its offset
  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS (source, reason, record, rejected_at)
  SELECT 'BRONZE_TRANSACTIONS', 'none', transaction_id, SYSDATE()
  FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS_STREAM
  WHERE FALSE;

  INSERT OVERWRITE INTO CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS
    (transaction_id, transaction_date, transaction_at, customer_key, customer_id, merchant_category_key, merchant_name, channel, status,
     transaction_amount)
  SELECT
    t.transaction_id, t.transaction_date::DATE, t.transaction_date, d.customer_key, t.customer_id, COALESCE(m.merchant_category_key, 0),
    t.merchant_name, t.channel, t.status, t.transaction_amount
  FROM CUSTOMER_ANALYTICS.SILVER.STG_TRANSACTIONS t
  JOIN CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER d
    ON d.customer_id = t.customer_id AND t.transaction_date >= d.valid_from AND t.transaction_date < d.valid_to
  LEFT JOIN CUSTOMER_ANALYTICS.GOLD.DIM_MERCHANT_CATEGORY m ON m.merchant_category = t.merchant_category;
  loaded := SQLROWCOUNT;
  COMMIT;
  RETURN loaded;
END;
$$;

-- The churn model's features of any day: recency, frequency, trend over 30, 60 and 90 days, segment, card and credit utilization.
CREATE OR REPLACE FUNCTION CUSTOMER_ANALYTICS.GOLD.CUSTOMER_FEATURES_AS_OF(on_day DATE)
RETURNS TABLE (
  customer_id VARCHAR, as_of_date DATE, customer_segment VARCHAR, card_type VARCHAR, tenure_days NUMBER, days_since_last NUMBER,
  transactions_30d NUMBER, transactions_60d NUMBER, transactions_90d NUMBER,
  spend_30d NUMBER(14, 2), spend_60d NUMBER(14, 2), spend_90d NUMBER(14, 2), avg_transaction_90d NUMBER(12, 2), credit_utilization NUMBER(9, 4)
)
AS
$$
  SELECT
    c.customer_id,
    on_day AS as_of_date,
    c.customer_segment,
    c.card_type,
    DATEDIFF('day', c.account_open_date, on_day),
    f.days_since_last,
    COALESCE(f.transactions_30d, 0),
    COALESCE(f.transactions_60d, 0),
    COALESCE(f.transactions_90d, 0),
    COALESCE(f.spend_30d, 0)::NUMBER(14, 2),
    COALESCE(f.spend_60d, 0)::NUMBER(14, 2),
    COALESCE(f.spend_90d, 0)::NUMBER(14, 2),
    (f.spend_90d / NULLIF(f.transactions_90d, 0))::NUMBER(12, 2),
    (COALESCE(f.spend_30d, 0) / NULLIF(c.credit_limit, 0))::NUMBER(9, 4)
  FROM CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER c
  LEFT JOIN (
    SELECT
      customer_id,
      DATEDIFF('day', MAX(transaction_date), on_day) AS days_since_last,
      COUNT_IF(transaction_date > DATEADD('day', -30, on_day)) AS transactions_30d,
      COUNT_IF(transaction_date > DATEADD('day', -60, on_day)) AS transactions_60d,
      COUNT_IF(transaction_date > DATEADD('day', -90, on_day)) AS transactions_90d,
      SUM(IFF(transaction_date > DATEADD('day', -30, on_day), transaction_amount, 0)) AS spend_30d,
      SUM(IFF(transaction_date > DATEADD('day', -60, on_day), transaction_amount, 0)) AS spend_60d,
      SUM(IFF(transaction_date > DATEADD('day', -90, on_day), transaction_amount, 0)) AS spend_90d
    FROM CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS
    WHERE status = 'approved' AND transaction_date <= on_day
    GROUP BY customer_id
  ) f ON f.customer_id = c.customer_id
  WHERE c.is_current AND c.account_open_date <= on_day
$$;

CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.RUN_TRANSFORMATIONS()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Silver to gold: dimensions, fact, features'
AS
$$
DECLARE
  started TIMESTAMP_NTZ DEFAULT SYSDATE();
  transactions NUMBER;
  as_of DATE;
BEGIN
  CALL CUSTOMER_ANALYTICS.GOLD.LOAD_DIM_DATE();
  CALL CUSTOMER_ANALYTICS.GOLD.LOAD_DIM_CUSTOMER();
  CALL CUSTOMER_ANALYTICS.GOLD.LOAD_FCT_TRANSACTIONS() INTO :transactions;
  SELECT MAX(transaction_date) INTO :as_of FROM CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS;
  INSERT OVERWRITE INTO CUSTOMER_ANALYTICS.GOLD.CUSTOMER_FEATURES
  SELECT * FROM TABLE(CUSTOMER_ANALYTICS.GOLD.CUSTOMER_FEATURES_AS_OF(:as_of));
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced)
  SELECT 'transformations', :started, SYSDATE(), :transactions;
  RETURN transactions || ' transactions in the fact';
END;
$$;

-- the calendar is there before the first run
CALL CUSTOMER_ANALYTICS.GOLD.LOAD_DIM_DATE();
