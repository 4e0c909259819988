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
  transactions NUMBER;
BEGIN
  INSERT OVERWRITE INTO CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
    (transaction_id, customer_id, transaction_date, transaction_amount, merchant_name, merchant_category, channel, status)
  WITH months AS (
    SELECT
      month_number,
      DATEADD('month', month_number - 18, CURRENT_DATE()) AS month_start,
      DATEDIFF('day', DATEADD('month', month_number - 18, CURRENT_DATE()), DATEADD('month', month_number - 17, CURRENT_DATE())) AS days
    FROM (SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS month_number FROM TABLE(GENERATOR(ROWCOUNT => 18)))
  ),
  slots AS (
    SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS slot FROM TABLE(GENERATOR(ROWCOUNT => 40))
  ),
  percents AS (
    SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS percent FROM TABLE(GENERATOR(ROWCOUNT => 100))
  ),
  patterns AS (
    SELECT p.customer_segment, n.percent, p.merchant_category, p.typical_amount
    FROM CUSTOMER_ANALYTICS.BRONZE.SPENDING_PATTERNS p
    JOIN percents n ON n.percent >= p.from_percent AND n.percent < p.to_percent
  ),
  plan AS (
    SELECT
      c.customer_id,
      c.customer_segment,
      m.month_number,
      m.month_start,
      m.days,
      MD5_NUMBER_LOWER64(:seed || '-' || c.customer_id) AS habit,
      MD5_NUMBER_LOWER64(:seed || '-' || c.customer_id || '-' || m.month_number) AS mood,
      CASE
        WHEN c.customer_segment = 'High-Value Travelers' THEN 22
        WHEN c.customer_segment = 'Stable Mid-Spenders' THEN 17
        WHEN c.customer_segment = 'Budget-Conscious' THEN 13
        WHEN c.customer_segment = 'New & Growing' THEN 8 + 1.5 * DATEDIFF('month', c.account_open_date, m.month_start)
        WHEN c.decline_type = 'sudden' AND m.month_number >= 13 + MOD(habit, 4) THEN 0
        WHEN c.decline_type = 'gradual' AND m.month_number > 8 THEN 16 * POWER(0.68, m.month_number - 8)
        ELSE 16
      END AS usual
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS c
    JOIN months m ON m.month_start >= c.account_open_date OR m.month_number = 17
  ),
  payments AS (
    SELECT
      p.customer_id,
      p.customer_segment,
      p.month_start,
      p.days,
      'TXN' || SUBSTR(p.customer_id, 5) || LPAD(p.month_number, 2, '0') || LPAD(s.slot, 2, '0') AS transaction_id,
      MD5_NUMBER_LOWER64(:seed || transaction_id) AS draw,
      MD5_NUMBER_UPPER64(:seed || transaction_id) AS other_draw
    FROM plan p
    JOIN slots s ON s.slot < LEAST(40, FLOOR(p.usual * (0.7 + 0.006 * MOD(p.mood, 101)) + 0.5))
  )
  -- remainders by numbers without a common factor are independent draws
  SELECT
    p.transaction_id,
    p.customer_id,
    DATEADD('second', MOD(p.other_draw, 86400), DATEADD('day', FLOOR(p.days * MOD(p.draw, 9973) / 9973), p.month_start)::TIMESTAMP_NTZ),
    ROUND(s.typical_amount * (0.2 + 0.0000016 * MOD(p.other_draw, 1009) * MOD(p.other_draw, 1013)), 2),
    m.merchant_name,
    s.merchant_category,
    CASE
      WHEN s.merchant_category IN ('Online Shopping', 'Subscriptions') THEN 'Online'
      WHEN MOD(p.draw, 103) < 52 THEN 'In-Store'
      WHEN MOD(p.draw, 103) < 80 THEN 'Online'
      ELSE 'Mobile'
    END,
    IFF(MOD(p.draw, 1009) < 979, 'approved', 'declined')
  FROM payments p
  JOIN patterns s ON s.customer_segment = p.customer_segment AND s.percent = MOD(p.draw, 100)
  JOIN CUSTOMER_ANALYTICS.BRONZE.MERCHANTS m ON m.merchant_category = s.merchant_category AND m.merchant_number = MOD(p.draw, 7);
  transactions := SQLROWCOUNT;
  RETURN transactions || ' transactions generated';
END;
$$;
