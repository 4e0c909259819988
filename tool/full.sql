-- What customer360 generates and builds, written by hand for DuckDB: what `make full` holds the embedded engine's times against.
-- `customers` and `choices` are there; a line `-- step:` starts a step that is timed as a whole.

-- step: transactions
CREATE TABLE transactions AS
WITH months AS (
  SELECT m, CAST(today() + to_months(m - 18) AS DATE) AS month_start,
    86400 * date_diff('day', CAST(today() + to_months(m - 18) AS DATE), CAST(today() + to_months(m - 17) AS DATE)) AS seconds
  FROM (SELECT CAST(range AS INTEGER) AS m FROM range(18))
),
usual AS (
  SELECT c.customer_id, c.customer_segment, CAST(m.month_start AS TIMESTAMP) AS month_start, m.seconds,
    'TXN' || substr(c.customer_id, 5) || lpad(CAST(m.m AS VARCHAR), 2, '0') AS prefix,
    md5('42-' || c.customer_id || '-' || m.m) AS mood,
    CASE
      WHEN c.customer_segment = 'High-Value Travelers' THEN 22
      WHEN c.customer_segment = 'Stable Mid-Spenders' THEN 17
      WHEN c.customer_segment = 'Budget-Conscious' THEN 13
      WHEN c.customer_segment = 'New & Growing' THEN 8 + 1.5 * date_diff('month', c.account_open_date, m.month_start)
      WHEN c.decline_type = 'sudden' AND m.m >= 13 + CAST('0x' || substr(md5('42' || c.customer_id), 1, 8) AS BIGINT) % 4 THEN 0
      WHEN c.decline_type = 'gradual' AND m.m > 8 THEN 16 * power(0.68, m.m - 8)
      ELSE 16
    END AS payments
  FROM customers c JOIN months m ON m.month_start >= c.account_open_date OR m.m = 17
),
payments AS (
  SELECT u.customer_id, u.customer_segment, u.month_start, u.seconds, u.prefix || lpad(CAST(s.range AS VARCHAR), 2, '0') AS transaction_id,
    md5('42' || transaction_id) AS draw
  FROM usual u
  JOIN range(40) s ON s.range < least(40, floor(u.payments * (0.7 + 0.006 * (CAST('0x' || substr(u.mood, 1, 8) AS BIGINT) % 101)) + 0.5))
),
draws AS (
  SELECT customer_id, customer_segment, month_start, seconds, transaction_id,
    CAST('0x' || substr(draw, 1, 8) AS BIGINT) % 700 AS choice,
    CAST('0x' || substr(draw, 9, 8) AS BIGINT) AS moment,
    CAST('0x' || substr(draw, 17, 8) AS BIGINT) AS amount,
    CAST('0x' || substr(draw, 25, 8) AS BIGINT) AS way
  FROM payments
)
SELECT d.transaction_id, d.customer_id, d.month_start + to_seconds(d.moment % d.seconds) AS transaction_date,
  CAST(round(s.typical_amount * (0.2 + 0.0000016 * (d.amount % 1009) * (d.amount % 1013)), 2) AS DECIMAL(12, 2)) AS transaction_amount,
  s.merchant_name, s.merchant_category,
  CASE
    WHEN s.merchant_category IN ('Online Shopping', 'Subscriptions') THEN 'Online'
    WHEN d.way % 100 < 52 THEN 'In-Store'
    WHEN d.way % 100 < 80 THEN 'Online'
    ELSE 'Mobile'
  END AS channel,
  CASE WHEN d.way % 1009 < 979 THEN 'approved' ELSE 'declined' END AS status
FROM draws d JOIN choices s ON s.customer_segment = d.customer_segment AND s.choice = d.choice;

-- step: transformations
CREATE VIEW judged AS
SELECT t.*,
  CASE
    WHEN t.transaction_id IS NULL THEN 'no transaction_id'
    WHEN c.account_open_date IS NULL THEN 'unknown customer'
    WHEN t.transaction_date IS NULL THEN 'no transaction_date'
    WHEN t.transaction_date < c.account_open_date THEN 'before the account was opened'
    WHEN t.transaction_date >= today() + 1 THEN 'in the future'
    WHEN t.transaction_date < today() - INTERVAL 18 MONTH THEN 'before the calendar begins'
    WHEN t.transaction_amount IS NULL OR t.transaction_amount <= 0 THEN 'amount not positive'
    WHEN t.channel IS NULL OR t.channel NOT IN ('Online', 'In-Store', 'Mobile') THEN 'unknown channel'
    WHEN t.status IS NULL OR t.status NOT IN ('approved', 'declined') THEN 'unknown status'
  END AS reason
FROM transactions t LEFT JOIN customers c USING (customer_id);
CREATE TABLE rejected AS SELECT * FROM judged WHERE reason IS NOT NULL;
CREATE TABLE repeated AS SELECT transaction_id, count(*) AS copies FROM transactions GROUP BY transaction_id HAVING count(*) > 1;
CREATE TABLE dim_date AS SELECT CAST(today() - INTERVAL 18 MONTH + to_days(CAST(range AS INTEGER)) AS DATE) AS date_day FROM range(580);
CREATE TABLE dim_customer AS
SELECT row_number() OVER (ORDER BY customer_id) AS customer_key, *, CAST(account_open_date AS TIMESTAMP) AS valid_from,
  TIMESTAMP '9999-12-31' AS valid_to
FROM customers;
CREATE TABLE dim_category AS
SELECT row_number() OVER (ORDER BY merchant_category) AS merchant_category_key, merchant_category
FROM (SELECT DISTINCT merchant_category FROM choices);
CREATE TABLE fct_transactions AS
SELECT t.transaction_id, CAST(t.transaction_date AS DATE) AS transaction_date, t.transaction_date AS transaction_at, d.customer_key,
  t.customer_id, coalesce(m.merchant_category_key, 0) AS merchant_category_key, t.merchant_name, t.channel, t.status, t.transaction_amount
FROM (
  SELECT * FROM judged WHERE reason IS NULL QUALIFY row_number() OVER (PARTITION BY transaction_id ORDER BY transaction_date) = 1
) t
JOIN dim_customer d ON d.customer_id = t.customer_id AND t.transaction_date >= d.valid_from AND t.transaction_date < d.valid_to
LEFT JOIN dim_category m ON m.merchant_category = t.merchant_category;
CREATE TABLE customer_features AS
SELECT c.customer_id, f.*
FROM dim_customer c
LEFT JOIN (
  SELECT customer_id AS id, date_diff('day', max(transaction_date), today()) AS days_since_last,
    count_if(transaction_date > today() - 30) AS transactions_30d,
    count_if(transaction_date > today() - 60) AS transactions_60d,
    count_if(transaction_date > today() - 90) AS transactions_90d,
    sum(CASE WHEN transaction_date > today() - 30 THEN transaction_amount ELSE 0 END) AS spend_30d,
    sum(CASE WHEN transaction_date > today() - 60 THEN transaction_amount ELSE 0 END) AS spend_60d,
    sum(CASE WHEN transaction_date > today() - 90 THEN transaction_amount ELSE 0 END) AS spend_90d
  FROM fct_transactions WHERE status = 'approved' GROUP BY customer_id
) f ON f.id = c.customer_id;

-- step: analytics views
CREATE TABLE customer_segments AS
WITH members AS (
  SELECT customer_segment, count(*) AS customers, sum(count(*)) OVER () AS all_customers FROM dim_customer GROUP BY customer_segment
),
days AS (SELECT date_day FROM dim_date WHERE date_day <= (SELECT max(transaction_date) FROM fct_transactions)),
daily AS (
  SELECT c.customer_segment, f.transaction_date, count(*) AS transactions, sum(f.transaction_amount) AS spend
  FROM fct_transactions f JOIN dim_customer c USING (customer_key)
  WHERE f.status = 'approved'
  GROUP BY ALL
)
SELECT m.customer_segment, d.date_day, m.customers, m.customers / m.all_customers AS customer_share,
  sum(coalesce(x.transactions, 0)) OVER rolling AS transactions_90d, sum(coalesce(x.spend, 0)) OVER rolling AS spend_90d
FROM members m CROSS JOIN days d
LEFT JOIN daily x ON x.customer_segment = m.customer_segment AND x.transaction_date = d.date_day
WINDOW rolling AS (PARTITION BY m.customer_segment ORDER BY d.date_day ROWS BETWEEN 89 PRECEDING AND CURRENT ROW);
CREATE TABLE metric_customer_ltv AS
SELECT customer_id, count(*) AS transactions, sum(transaction_amount) AS lifetime_value, min(transaction_date) AS first_day,
  max(transaction_date) AS last_day
FROM fct_transactions WHERE status = 'approved' GROUP BY customer_id;
CREATE TABLE metric_mom_spend_change AS
SELECT customer_id, spend_month, spend, lag(spend) OVER (PARTITION BY customer_id ORDER BY spend_month) AS previous_spend
FROM (
  SELECT customer_id, CAST(date_trunc('month', transaction_date) AS DATE) AS spend_month, sum(transaction_amount) AS spend
  FROM fct_transactions WHERE status = 'approved' GROUP BY ALL
);
CREATE TABLE metric_avg_transaction_value AS
SELECT c.customer_segment, m.merchant_category, f.channel, count(*) AS transactions, sum(f.transaction_amount) AS spend,
  avg(f.transaction_amount) AS avg_transaction_value
FROM fct_transactions f JOIN dim_customer c USING (customer_key) JOIN dim_category m USING (merchant_category_key)
WHERE f.status = 'approved'
GROUP BY ALL;
