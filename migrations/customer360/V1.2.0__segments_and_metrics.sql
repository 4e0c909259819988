-- What analysts read: segments over rolling 90 days, and three metrics. Dynamic tables stand in for the specification's dbt models;
-- counts and averages are cast, since Snowflake documents no precision for them and consumers were promised one.
USE SCHEMA CUSTOMER_ANALYTICS.GOLD;

CREATE DYNAMIC TABLE CUSTOMER_SEGMENTS
  TARGET_LAG = '1 hour'
  REFRESH_MODE = FULL
  WAREHOUSE = COMPUTE_WH
  COMMENT = 'Each segment on each day, with its 90 days up to then'
AS
WITH members AS (
  SELECT customer_segment, COUNT(*) AS customers, SUM(COUNT(*)) OVER () AS all_customers
  FROM DIM_CUSTOMER
  WHERE is_current
  GROUP BY customer_segment
),
days AS (
  SELECT date_day FROM DIM_DATE WHERE date_day <= (SELECT MAX(transaction_date) FROM FCT_TRANSACTIONS)
),
daily AS (
  SELECT c.customer_segment, f.transaction_date, COUNT(*) AS transactions, SUM(f.transaction_amount) AS spend
  FROM FCT_TRANSACTIONS f
  JOIN DIM_CUSTOMER c ON c.customer_key = f.customer_key
  WHERE f.status = 'approved'
  GROUP BY c.customer_segment, f.transaction_date
),
rolling AS (
  SELECT
    m.customer_segment,
    d.date_day,
    m.customers,
    m.all_customers,
    SUM(COALESCE(x.transactions, 0)) OVER (PARTITION BY m.customer_segment ORDER BY d.date_day ROWS BETWEEN 89 PRECEDING AND CURRENT ROW)
      AS transactions,
    SUM(COALESCE(x.spend, 0)) OVER (PARTITION BY m.customer_segment ORDER BY d.date_day ROWS BETWEEN 89 PRECEDING AND CURRENT ROW) AS spend
  FROM members m
  CROSS JOIN days d
  LEFT JOIN daily x ON x.customer_segment = m.customer_segment AND x.transaction_date = d.date_day
)
SELECT
  customer_segment,
  date_day AS as_of_date,
  customers::NUMBER(12, 0) AS customers,
  (customers / all_customers)::NUMBER(7, 4) AS customer_share,
  transactions::NUMBER(18, 0) AS transactions_90d,
  spend::NUMBER(18, 2) AS spend_90d,
  (spend / NULLIF(transactions, 0))::NUMBER(12, 2) AS avg_transaction_90d,
  (spend / customers)::NUMBER(18, 2) AS spend_per_customer_90d
FROM rolling;

CREATE DYNAMIC TABLE METRIC_CUSTOMER_LTV
  TARGET_LAG = '1 hour'
  REFRESH_MODE = FULL
  WAREHOUSE = COMPUTE_WH
  COMMENT = 'What each customer has spent so far'
AS
SELECT
  customer_id,
  COUNT(*)::NUMBER(12, 0) AS transactions,
  SUM(transaction_amount)::NUMBER(14, 2) AS lifetime_value,
  MIN(transaction_date) AS first_transaction_date,
  MAX(transaction_date) AS last_transaction_date,
  (SUM(transaction_amount) / GREATEST(1, DATEDIFF('month', MIN(transaction_date), MAX(transaction_date))))::NUMBER(14, 2) AS avg_monthly_spend
FROM FCT_TRANSACTIONS
WHERE status = 'approved'
GROUP BY customer_id;

CREATE DYNAMIC TABLE METRIC_MOM_SPEND_CHANGE
  TARGET_LAG = '1 hour'
  REFRESH_MODE = FULL
  WAREHOUSE = COMPUTE_WH
  COMMENT = 'Each customer''s spend by calendar month, against the month before'
AS
WITH monthly AS (
  SELECT customer_id, DATE_TRUNC('month', transaction_date)::DATE AS spend_month, SUM(transaction_amount) AS spend
  FROM FCT_TRANSACTIONS
  WHERE status = 'approved'
  GROUP BY 1, 2
),
compared AS (
  SELECT customer_id, spend_month, spend, LAG(spend) OVER (PARTITION BY customer_id ORDER BY spend_month) AS previous_spend
  FROM monthly
)
SELECT
  customer_id,
  spend_month,
  spend::NUMBER(14, 2) AS spend,
  previous_spend::NUMBER(14, 2) AS previous_spend,
  ((spend - previous_spend) / NULLIF(previous_spend, 0))::NUMBER(12, 4) AS spend_change
FROM compared;

CREATE DYNAMIC TABLE METRIC_AVG_TRANSACTION_VALUE
  TARGET_LAG = '1 hour'
  REFRESH_MODE = FULL
  WAREHOUSE = COMPUTE_WH
  COMMENT = 'Transactions by segment, category and channel'
AS
SELECT
  c.customer_segment,
  m.merchant_category,
  f.channel,
  COUNT(*)::NUMBER(18, 0) AS transactions,
  SUM(f.transaction_amount)::NUMBER(18, 2) AS spend,
  AVG(f.transaction_amount)::NUMBER(12, 2) AS avg_transaction_value
FROM FCT_TRANSACTIONS f
JOIN DIM_CUSTOMER c ON c.customer_key = f.customer_key
JOIN DIM_MERCHANT_CATEGORY m ON m.merchant_category_key = f.merchant_category_key
WHERE f.status = 'approved'
GROUP BY c.customer_segment, m.merchant_category, f.channel;
