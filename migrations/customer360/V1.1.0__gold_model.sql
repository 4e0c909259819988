-- The star: customers with their history, dates, merchant categories, and the fact. Silver (R__silver_*.sql) are views between.
USE SCHEMA CUSTOMER_ANALYTICS.GOLD;

CREATE TABLE DIM_CUSTOMER (
  customer_key NUMBER(12, 0) NOT NULL COMMENT 'One for each version of a customer',
  customer_id VARCHAR(20) NOT NULL,
  first_name VARCHAR(50),
  last_name VARCHAR(50),
  email VARCHAR(120),
  age NUMBER(3, 0),
  state VARCHAR(2),
  city VARCHAR(60),
  employment_status VARCHAR(20),
  card_type VARCHAR(20),
  credit_limit NUMBER(8, 2),
  account_open_date DATE NOT NULL,
  customer_segment VARCHAR(30) NOT NULL,
  version_hash VARCHAR(32) NOT NULL COMMENT 'Of the attributes whose history is kept',
  valid_from TIMESTAMP_NTZ(9) NOT NULL COMMENT 'Included; of the first version, the day the account was opened',
  valid_to TIMESTAMP_NTZ(9) NOT NULL COMMENT 'Not included; 9999-12-31 for the current version',
  is_current BOOLEAN NOT NULL,
  CONSTRAINT dim_customer_key PRIMARY KEY (customer_key)
)
COMMENT = 'Customers, slowly changing (type 2): one row per version';

CREATE TABLE DIM_DATE (
  date_day DATE NOT NULL,
  year NUMBER(4, 0) NOT NULL,
  quarter NUMBER(1, 0) NOT NULL,
  month NUMBER(2, 0) NOT NULL,
  month_start DATE NOT NULL,
  month_name VARCHAR(3) NOT NULL,
  day_of_month NUMBER(2, 0) NOT NULL,
  day_of_week NUMBER(1, 0) NOT NULL COMMENT 'ISO: 1 is Monday',
  day_name VARCHAR(3) NOT NULL,
  is_weekend BOOLEAN NOT NULL,
  CONSTRAINT dim_date_key PRIMARY KEY (date_day)
)
COMMENT = '580 days from a week before the day 18 months ago';

CREATE TABLE DIM_MERCHANT_CATEGORY (
  merchant_category_key NUMBER(4, 0) NOT NULL,
  merchant_category VARCHAR(30) NOT NULL,
  spend_type VARCHAR(10) NOT NULL,
  CONSTRAINT dim_merchant_category_key PRIMARY KEY (merchant_category_key)
)
COMMENT = 'Reference: what merchants sell';

INSERT INTO DIM_MERCHANT_CATEGORY (merchant_category_key, merchant_category, spend_type)
VALUES
  (0, 'Other', 'other'),
  (1, 'Travel', 'choice'),
  (2, 'Dining', 'choice'),
  (3, 'Groceries', 'need'),
  (4, 'Gas', 'need'),
  (5, 'Retail', 'choice'),
  (6, 'Online Shopping', 'choice'),
  (7, 'Entertainment', 'choice'),
  (8, 'Utilities', 'need'),
  (9, 'Healthcare', 'need'),
  (10, 'Subscriptions', 'choice');

CREATE TABLE FCT_TRANSACTIONS (
  transaction_id VARCHAR(30) NOT NULL,
  transaction_date DATE NOT NULL,
  transaction_at TIMESTAMP_NTZ(9) NOT NULL,
  customer_key NUMBER(12, 0) NOT NULL,
  customer_id VARCHAR(20) NOT NULL,
  merchant_category_key NUMBER(4, 0) NOT NULL,
  merchant_name VARCHAR(60),
  channel VARCHAR(10) NOT NULL,
  status VARCHAR(10) NOT NULL,
  transaction_amount NUMBER(10, 2) NOT NULL,
  CONSTRAINT fct_transactions_key PRIMARY KEY (transaction_id),
  CONSTRAINT fct_transactions_customer FOREIGN KEY (customer_key) REFERENCES DIM_CUSTOMER (customer_key),
  CONSTRAINT fct_transactions_date FOREIGN KEY (transaction_date) REFERENCES DIM_DATE (date_day),
  CONSTRAINT fct_transactions_category FOREIGN KEY (merchant_category_key) REFERENCES DIM_MERCHANT_CATEGORY (merchant_category_key)
)
CLUSTER BY (transaction_date)
COMMENT = 'One row per card transaction';
