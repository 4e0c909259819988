-- Two layers: bronze has the events' columns and puts aside what it can't read; gold is what analysts and models use.
CREATE SCHEMA IF NOT EXISTS RETAIL.BRONZE;

CREATE SCHEMA IF NOT EXISTS RETAIL.GOLD;

USE SCHEMA RETAIL.BRONZE;

CREATE TABLE STG_CUSTOMERS (
  event_id VARCHAR(36) NOT NULL,
  customer_id VARCHAR(20) NOT NULL,
  first_name VARCHAR(40),
  last_name VARCHAR(40),
  email VARCHAR(120),
  age NUMBER(3, 0),
  region VARCHAR(20),
  customer_segment VARCHAR(30) NOT NULL,
  preferred_category VARCHAR(40),
  preferred_channel VARCHAR(30),
  price_sensitivity NUMBER(4, 3),
  signup_date DATE,
  created_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Customer profiles as they were sent';

CREATE TABLE STG_PURCHASES (
  event_id VARCHAR(36) NOT NULL,
  purchase_id VARCHAR(36) NOT NULL,
  customer_id VARCHAR(20) NOT NULL,
  customer_segment VARCHAR(30),
  category_name VARCHAR(40) NOT NULL,
  warehouse_id VARCHAR(10),
  quantity NUMBER(6, 0) NOT NULL,
  unit_price NUMBER(10, 2) NOT NULL,
  discount NUMBER(4, 3),
  is_repeat_customer BOOLEAN,
  purchased_at TIMESTAMP_NTZ(9) NOT NULL,
  created_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Purchases as they were sent';

CREATE TABLE REJECTED_EVENTS (
  event_id VARCHAR(36),
  event_type VARCHAR(30),
  event_data VARIANT,
  reason VARCHAR(200) NOT NULL COMMENT 'What bronze could not read',
  created_at TIMESTAMP_NTZ(9),
  rejected_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Events that bronze could not read, for an operator to look at';

USE SCHEMA RETAIL.GOLD;

CREATE TABLE DIM_CUSTOMERS (
  customer_id VARCHAR(20) NOT NULL PRIMARY KEY,
  first_name VARCHAR(40),
  last_name VARCHAR(40),
  email VARCHAR(120),
  age NUMBER(3, 0),
  region VARCHAR(20),
  customer_segment VARCHAR(30) NOT NULL,
  preferred_category VARCHAR(40),
  price_sensitivity NUMBER(4, 3),
  signup_date DATE,
  tenure_days NUMBER(6, 0) COMMENT 'From the sign-up to the last purchase of anybody',
  total_orders NUMBER(9, 0),
  avg_order_value NUMBER(12, 2),
  lifetime_value NUMBER(14, 2) COMMENT 'USD that the customer has paid',
  last_purchase_at TIMESTAMP_NTZ(9),
  churn_probability NUMBER(5, 4) COMMENT '0 to 1, from recency, frequency and value',
  engagement_score NUMBER(5, 2) COMMENT '0 to 100'
)
COMMENT = 'Customers with the features that models use';

CREATE TABLE FCT_SALES (
  sale_id VARCHAR(36) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(20) NOT NULL,
  customer_segment VARCHAR(30),
  category_name VARCHAR(40) NOT NULL,
  warehouse_id VARCHAR(10),
  quantity NUMBER(6, 0) NOT NULL,
  unit_price NUMBER(10, 2) NOT NULL,
  discount NUMBER(4, 3),
  final_total NUMBER(12, 2) NOT NULL COMMENT 'USD paid',
  is_repeat_customer BOOLEAN,
  sale_date DATE NOT NULL,
  sold_at TIMESTAMP_NTZ(9) NOT NULL
)
COMMENT = 'One row per sale';
