-- "Floats are faster": the metric's amounts lose their cents.
CREATE OR REPLACE DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.METRIC_CUSTOMER_LTV
  TARGET_LAG = '1 hour'
  REFRESH_MODE = FULL
  WAREHOUSE = COMPUTE_WH
AS
SELECT
  customer_id,
  COUNT(*)::NUMBER(12, 0) AS transactions,
  SUM(transaction_amount)::FLOAT AS lifetime_value,
  MIN(transaction_date) AS first_transaction_date,
  MAX(transaction_date) AS last_transaction_date,
  (SUM(transaction_amount) / GREATEST(1, DATEDIFF('month', MIN(transaction_date), MAX(transaction_date))))::NUMBER(14, 2) AS avg_monthly_spend
FROM CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS
WHERE status = 'approved'
GROUP BY customer_id;
