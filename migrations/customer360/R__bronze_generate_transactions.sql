-- Transactions of 18 months for the customers that are there. A plan says how often each of them pays in each month, by segment;
-- every payment then draws its particulars from the MD5 of its id, so that a seed repeats, on any account and in any order of rows.
-- (It stands in for EXECUTE IMMEDIATE FROM @snowflake_panel_demo_repo/…/generate_transactions.sql.)
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.BRONZE.GENERATE_TRANSACTIONS(seed NUMBER)
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Replaces BRONZE_TRANSACTIONS by 18 months of transactions, about 270 for each customer'
AS
$$
DECLARE
  started TIMESTAMP_NTZ DEFAULT SYSDATE();
  transactions NUMBER;
BEGIN
  INSERT OVERWRITE INTO CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
    (transaction_id, customer_id, transaction_date, transaction_amount, merchant_name, merchant_category, channel, status)
  WITH months AS (
    SELECT
      month_number,
      DATEADD('month', month_number - 18, CURRENT_DATE()) AS month_start,
      86400 * DATEDIFF('day', DATEADD('month', month_number - 18, CURRENT_DATE()), DATEADD('month', month_number - 17, CURRENT_DATE()))
        AS seconds
    FROM (SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1)::NUMBER(2, 0) AS month_number FROM TABLE(GENERATOR(ROWCOUNT => 18)))
  ),
  slots AS (
    SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1)::NUMBER(2, 0) AS slot, LPAD(slot, 2, '0') AS spelled
    FROM TABLE(GENERATOR(ROWCOUNT => 40))
  ),
  usual AS (
    SELECT
      c.customer_id,
      c.customer_segment,
      m.month_start::TIMESTAMP_NTZ AS month_start,
      m.seconds::NUMBER(9, 0) AS seconds,
      'TXN' || SUBSTR(c.customer_id, 5) || LPAD(m.month_number, 2, '0') AS prefix,
      MD5(:seed || '-' || c.customer_id || '-' || m.month_number) AS mood,
      CASE
        WHEN c.customer_segment = 'High-Value Travelers' THEN 22
        WHEN c.customer_segment = 'Stable Mid-Spenders' THEN 17
        WHEN c.customer_segment = 'Budget-Conscious' THEN 13
        WHEN c.customer_segment = 'New & Growing' THEN 8 + 1.5 * DATEDIFF('month', c.account_open_date, m.month_start)
        WHEN c.decline_type = 'sudden' AND m.month_number >= 13 + MOD(TO_NUMBER(SUBSTR(MD5(:seed || c.customer_id), 1, 8), 'XXXXXXXX'), 4)
          THEN 0
        WHEN c.decline_type = 'gradual' AND m.month_number > 8 THEN 16 * POWER(0.68, m.month_number - 8)
        ELSE 16
      END AS payments
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS c
    JOIN months m ON m.month_start >= c.account_open_date OR m.month_number = 17
  ),
  plan AS (
    SELECT
      customer_id, customer_segment, month_start, seconds, prefix,
      LEAST(40, FLOOR(payments * (0.7 + 0.006 * MOD(TO_NUMBER(SUBSTR(mood, 1, 8), 'XXXXXXXX', 10, 0), 101)) + 0.5))::NUMBER(2, 0) AS payments
    FROM usual
  ),
  payments AS (
    SELECT
      p.customer_id, p.customer_segment, p.month_start, p.seconds,
      p.prefix || s.spelled AS transaction_id,
      MD5(:seed || transaction_id) AS draw
    FROM plan p
    JOIN slots s ON s.slot < p.payments
  ),
  draws AS (
    SELECT
      customer_id, customer_segment, month_start, seconds, transaction_id,
      MOD(TO_NUMBER(SUBSTR(draw, 1, 8), 'XXXXXXXX', 10, 0), 700)::NUMBER(4, 0) AS choice,
      TO_NUMBER(SUBSTR(draw, 9, 8), 'XXXXXXXX', 10, 0) AS moment,
      TO_NUMBER(SUBSTR(draw, 17, 8), 'XXXXXXXX', 10, 0) AS amount,
      TO_NUMBER(SUBSTR(draw, 25, 8), 'XXXXXXXX', 10, 0) AS way
    FROM payments
  )
  -- remainders of one number by two without a common factor are independent
  SELECT
    d.transaction_id,
    d.customer_id,
    DATEADD('second', MOD(d.moment, d.seconds), d.month_start),
    ROUND(s.typical_amount * (0.2 + 0.0000016 * MOD(d.amount, 1009) * MOD(d.amount, 1013)), 2),
    s.merchant_name,
    s.merchant_category,
    CASE
      WHEN s.merchant_category IN ('Online Shopping', 'Subscriptions') THEN 'Online'
      WHEN MOD(d.way, 100) < 52 THEN 'In-Store'
      WHEN MOD(d.way, 100) < 80 THEN 'Online'
      ELSE 'Mobile'
    END,
    IFF(MOD(d.way, 1009) < 979, 'approved', 'declined')
  FROM draws d
  JOIN CUSTOMER_ANALYTICS.BRONZE.SPENDING_CHOICES s ON s.customer_segment = d.customer_segment AND s.choice = d.choice;
  transactions := SQLROWCOUNT;
  INSERT INTO CUSTOMER_ANALYTICS.TELEMETRY.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced)
  SELECT 'transactions', :started, SYSDATE(), :transactions;
  RETURN transactions || ' transactions generated';
END;
$$;
