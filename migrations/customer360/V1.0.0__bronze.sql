-- The platform's warehouse, database and layers, and what the source systems deliver: customers and card transactions.
-- The specification's S3 upload and load are replaced by the generators (R__bronze_generate_*.sql), its feed by BRONZE.TRANSACTION_FEED.
CREATE WAREHOUSE IF NOT EXISTS COMPUTE_WH
  WAREHOUSE_SIZE = 'SMALL'
  AUTO_SUSPEND = 60
  AUTO_RESUME = TRUE
  INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS CUSTOMER_ANALYTICS;

CREATE SCHEMA IF NOT EXISTS CUSTOMER_ANALYTICS.BRONZE;

CREATE SCHEMA IF NOT EXISTS CUSTOMER_ANALYTICS.SILVER;

CREATE SCHEMA IF NOT EXISTS CUSTOMER_ANALYTICS.GOLD;

USE SCHEMA CUSTOMER_ANALYTICS.BRONZE;

CREATE TABLE BRONZE_CUSTOMERS (
  customer_id VARCHAR(20) COMMENT 'CUST and eight digits',
  first_name VARCHAR(50),
  last_name VARCHAR(50),
  email VARCHAR(120),
  age NUMBER(3, 0),
  state VARCHAR(2),
  city VARCHAR(60),
  employment_status VARCHAR(20),
  card_type VARCHAR(20),
  credit_limit NUMBER(8, 2),
  account_open_date DATE,
  customer_segment VARCHAR(30),
  decline_type VARCHAR(10) COMMENT 'gradual or sudden, of declining customers alone'
)
COMMENT = 'Raw customers, as generated';

CREATE TABLE BRONZE_TRANSACTIONS (
  transaction_id VARCHAR(30),
  customer_id VARCHAR(20),
  transaction_date TIMESTAMP_NTZ(9),
  transaction_amount NUMBER(12, 2),
  merchant_name VARCHAR(60),
  merchant_category VARCHAR(30),
  channel VARCHAR(10),
  status VARCHAR(10)
)
COMMENT = 'Raw card transactions of 18 months, as generated and as they arrive';

-- What the generator draws from: how a segment spends 100 transactions, and the merchants of each category.
CREATE TABLE SPENDING_PATTERNS (
  customer_segment VARCHAR(30) NOT NULL,
  merchant_category VARCHAR(30) NOT NULL,
  from_percent NUMBER(3, 0) NOT NULL,
  to_percent NUMBER(3, 0) NOT NULL COMMENT 'Not included',
  typical_amount NUMBER(8, 2) NOT NULL
)
COMMENT = 'Shares of a segment''s transactions by category, in percent, and what one typically costs';

INSERT INTO SPENDING_PATTERNS (customer_segment, merchant_category, from_percent, to_percent, typical_amount)
WITH shares (merchant_category, place, typical_amount, travelers, mid, budget, declining, growing) AS (
  SELECT column1, column2, column3, column4, column5, column6, column7, column8
  FROM VALUES
    ('Travel', 1, 320.00, 24, 4, 1, 3, 5),
    ('Dining', 2, 46.00, 20, 15, 9, 14, 20),
    ('Groceries', 3, 68.00, 10, 22, 31, 22, 16),
    ('Gas', 4, 42.00, 6, 11, 15, 12, 8),
    ('Retail', 5, 74.00, 10, 14, 11, 14, 16),
    ('Online Shopping', 6, 58.00, 10, 13, 8, 12, 15),
    ('Entertainment', 7, 38.00, 7, 6, 4, 6, 9),
    ('Utilities', 8, 112.00, 3, 6, 10, 7, 3),
    ('Healthcare', 9, 96.00, 4, 4, 5, 5, 3),
    ('Subscriptions', 10, 16.00, 6, 5, 6, 5, 5)
)
SELECT
  s.customer_segment,
  s.merchant_category,
  SUM(s.share) OVER (PARTITION BY s.customer_segment ORDER BY s.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - s.share,
  SUM(s.share) OVER (PARTITION BY s.customer_segment ORDER BY s.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
  ROUND(s.typical_amount * s.factor, 2)
FROM (
  SELECT 'High-Value Travelers' AS customer_segment, merchant_category, place, typical_amount, travelers AS share, 1.6 AS factor FROM shares
  UNION ALL
  SELECT 'Stable Mid-Spenders', merchant_category, place, typical_amount, mid, 1.0 FROM shares
  UNION ALL
  SELECT 'Budget-Conscious', merchant_category, place, typical_amount, budget, 0.7 FROM shares
  UNION ALL
  SELECT 'Declining', merchant_category, place, typical_amount, declining, 0.9 FROM shares
  UNION ALL
  SELECT 'New & Growing', merchant_category, place, typical_amount, growing, 1.0 FROM shares
) s;

CREATE TABLE MERCHANTS (
  merchant_category VARCHAR(30) NOT NULL,
  merchant_number NUMBER(2, 0) NOT NULL COMMENT '0 to 6 within the category',
  merchant_name VARCHAR(60) NOT NULL
)
COMMENT = 'Seven merchants of each category';

INSERT INTO MERCHANTS (merchant_category, merchant_number, merchant_name)
SELECT column1, f.index, f.value::VARCHAR
FROM VALUES
  ('Travel', 'Skyline Airways,Harbor Hotels,Blue Coast Rail,Summit Car Rental,Voyager Cruises,Homestay Direct,Northern Air'),
  ('Dining', 'Corner Bistro,Green Bowl,Pasta House,Taco Plaza,Sunrise Diner,Noodle Bar,Harvest Grill'),
  ('Groceries', 'Fresh Basket,Farm Market,Daily Foods,Green Grocer,Family Mart,Orchard Lane,Value Foods'),
  ('Gas', 'Highway Fuel,Prairie Gas,Express Stop,Summit Oil,Riverside Fuel,Metro Gas,Lone Star Fuel'),
  ('Retail', 'Main Street Clothing,Home and Hearth,Sports Depot,City Books,Toy Corner,Garden Center,Shoe Gallery'),
  ('Online Shopping', 'Parcel Planet,Click Cart,Gadget Hub,Style Online,Book Harbor,Pet Parade,Craft Bazaar'),
  ('Entertainment', 'Cinema Nine,Arcade Alley,Concert Hall,Bowling Lanes,Museum Pass,Theatre Royal,Game Vault'),
  ('Utilities', 'City Power,Clear Water,Metro Gas Works,Fiber Link,Waste Service,Solar Share,Tel Mobile'),
  ('Healthcare', 'Family Clinic,Care Pharmacy,Bright Dental,Vision Center,Physio Point,Lab Services,Wellness Store'),
  ('Subscriptions', 'Stream Box,Music Flow,News Daily,Cloud Drive,Fit Club,Meal Kit,Learn Plus') v,
  LATERAL FLATTEN(input => SPLIT(v.column2, ',')) f;

-- What the card network sends: one JSON document per row, in whatever state it arrives.
CREATE TABLE TRANSACTION_FEED (
  payload VARCHAR COMMENT 'A transaction as JSON, with the names of BRONZE_TRANSACTIONS',
  received_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Landing place of the card network''s feed; LOAD_TRANSACTION_FEED empties it';

CREATE TABLE REJECTED_RECORDS (
  source VARCHAR(40) NOT NULL COMMENT 'The table it came from',
  reason VARCHAR(80) NOT NULL,
  record VARCHAR COMMENT 'The record as it arrived',
  rejected_at TIMESTAMP_NTZ(9) NOT NULL
)
COMMENT = 'What could not be used, kept for whoever operates the platform';
