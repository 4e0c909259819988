-- Cleaned and conformed. What breaks a rule is told apart here by its reason, once, for the full load and the incremental one.
CREATE OR REPLACE FUNCTION CUSTOMER_ANALYTICS.SILVER.REJECTION_REASON(
  transaction_id VARCHAR, account_open_date DATE, transaction_date TIMESTAMP_NTZ, transaction_amount NUMBER(12, 2), channel VARCHAR, status VARCHAR
)
RETURNS VARCHAR
COMMENT = 'Why a transaction cannot be used; NULL where it can'
AS
$$
  CASE
    WHEN transaction_id IS NULL THEN 'no transaction_id'
    WHEN account_open_date IS NULL THEN 'unknown customer'
    WHEN transaction_date IS NULL THEN 'no transaction_date'
    WHEN transaction_date < account_open_date THEN 'before the account was opened'
    WHEN transaction_date >= DATEADD('day', 1, CURRENT_DATE()) THEN 'in the future'
    WHEN transaction_date < DATEADD('day', -7, DATEADD('month', -18, CURRENT_DATE())) THEN 'before the calendar begins'
    WHEN transaction_amount IS NULL OR transaction_amount <= 0 THEN 'amount not positive'
    WHEN channel IS NULL OR channel NOT IN ('Online', 'In-Store', 'Mobile') THEN 'unknown channel'
    WHEN status IS NULL OR status NOT IN ('approved', 'declined') THEN 'unknown status'
  END
$$;

CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.SILVER.STG_CUSTOMERS
  COMMENT = 'Customers, one row each, conformed'
AS
SELECT
  customer_id,
  TRIM(first_name)::VARCHAR(50) AS first_name,
  TRIM(last_name)::VARCHAR(50) AS last_name,
  LOWER(TRIM(email))::VARCHAR(120) AS email,
  age,
  UPPER(state)::VARCHAR(2) AS state,
  TRIM(city)::VARCHAR(60) AS city,
  employment_status,
  card_type,
  credit_limit,
  account_open_date,
  customer_segment,
  decline_type
FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS
WHERE customer_id IS NOT NULL AND account_open_date IS NOT NULL AND customer_segment IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY account_open_date) = 1;

CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.SILVER.JUDGED_TRANSACTIONS
  COMMENT = 'Every transaction of bronze, with the reason why it cannot be used'
AS
SELECT
  t.transaction_id,
  t.customer_id,
  t.transaction_date,
  t.transaction_amount,
  t.merchant_name,
  t.merchant_category,
  t.channel,
  t.status,
  CUSTOMER_ANALYTICS.SILVER.REJECTION_REASON(
    t.transaction_id, c.account_open_date, t.transaction_date, t.transaction_amount, t.channel, t.status
  ) AS rejection_reason
FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS t
LEFT JOIN CUSTOMER_ANALYTICS.SILVER.STG_CUSTOMERS c ON c.customer_id = t.customer_id;

CREATE OR REPLACE VIEW CUSTOMER_ANALYTICS.SILVER.STG_TRANSACTIONS
  COMMENT = 'Transactions that can be used, one row each'
AS
SELECT transaction_id, customer_id, transaction_date, transaction_amount, merchant_name, merchant_category, channel, status
FROM CUSTOMER_ANALYTICS.SILVER.JUDGED_TRANSACTIONS
WHERE rejection_reason IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY transaction_id ORDER BY transaction_date) = 1;
