-- One row per customer, without names or e-mail: what partners read through the share CUSTOMER_360_INSIGHTS.
CREATE OR REPLACE SECURE VIEW CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_PROFILE
  COPY GRANTS
  COMMENT = 'Everything known about a customer, on one row, without personal data'
AS
SELECT
  c.customer_id,
  c.customer_segment,
  CASE WHEN c.age < 25 THEN '18-24' WHEN c.age < 35 THEN '25-34' WHEN c.age < 50 THEN '35-49' WHEN c.age < 65 THEN '50-64' ELSE '65+' END
    ::VARCHAR(5) AS age_band,
  c.state,
  c.employment_status,
  c.card_type,
  c.credit_limit,
  c.account_open_date,
  l.lifetime_value,
  l.transactions,
  l.avg_monthly_spend,
  l.last_transaction_date,
  f.transactions_90d,
  f.spend_90d,
  f.avg_transaction_90d,
  f.credit_utilization,
  p.churn_probability,
  p.churn_risk
FROM CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER c
LEFT JOIN CUSTOMER_ANALYTICS.GOLD.METRIC_CUSTOMER_LTV l ON l.customer_id = c.customer_id
LEFT JOIN CUSTOMER_ANALYTICS.GOLD.CUSTOMER_FEATURES f ON f.customer_id = c.customer_id
LEFT JOIN CUSTOMER_ANALYTICS.GOLD.CHURN_PREDICTIONS p ON p.customer_id = c.customer_id
WHERE c.is_current;

GRANT SELECT ON VIEW CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_PROFILE TO ROLE CUSTOMER_ANALYST;
