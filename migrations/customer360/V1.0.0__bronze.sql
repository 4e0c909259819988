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

-- What the generator draws from: 700 equally likely choices for each segment, a hundred by category, seven merchants of each.
CREATE TABLE SPENDING_CHOICES (
  customer_segment VARCHAR(30) NOT NULL,
  choice NUMBER(4, 0) NOT NULL COMMENT '0 to 699',
  merchant_category VARCHAR(30) NOT NULL,
  merchant_name VARCHAR(60) NOT NULL,
  typical_amount NUMBER(8, 2) NOT NULL
)
COMMENT = 'How each segment spends, as choices for one payment';

INSERT INTO SPENDING_CHOICES (customer_segment, choice, merchant_category, merchant_name, typical_amount)
WITH shares (place, merchant_category, typical_amount, travelers, mid, budget, declining, growing, merchants) AS (
  SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9
  FROM VALUES
    (1, 'Travel', 320.00, 24, 4, 1, 3, 5,
      'Skyline Airways,Harbor Hotels,Blue Coast Rail,Summit Car Rental,Voyager Cruises,Homestay Direct,Northern Air'),
    (2, 'Dining', 46.00, 20, 15, 9, 14, 20,
      'Corner Bistro,Green Bowl,Pasta House,Taco Plaza,Sunrise Diner,Noodle Bar,Harvest Grill'),
    (3, 'Groceries', 68.00, 10, 22, 31, 22, 16,
      'Fresh Basket,Farm Market,Daily Foods,Green Grocer,Family Mart,Orchard Lane,Value Foods'),
    (4, 'Gas', 42.00, 6, 11, 15, 12, 8,
      'Highway Fuel,Prairie Gas,Express Stop,Summit Oil,Riverside Fuel,Metro Gas,Lone Star Fuel'),
    (5, 'Retail', 74.00, 10, 14, 11, 14, 16,
      'Main Street Clothing,Home and Hearth,Sports Depot,City Books,Toy Corner,Garden Center,Shoe Gallery'),
    (6, 'Online Shopping', 58.00, 10, 13, 8, 12, 15,
      'Parcel Planet,Click Cart,Gadget Hub,Style Online,Book Harbor,Pet Parade,Craft Bazaar'),
    (7, 'Entertainment', 38.00, 7, 6, 4, 6, 9,
      'Cinema Nine,Arcade Alley,Concert Hall,Bowling Lanes,Museum Pass,Theatre Royal,Game Vault'),
    (8, 'Utilities', 112.00, 3, 6, 10, 7, 3,
      'City Power,Clear Water,Metro Gas Works,Fiber Link,Waste Service,Solar Share,Tel Mobile'),
    (9, 'Healthcare', 96.00, 4, 4, 5, 5, 3,
      'Family Clinic,Care Pharmacy,Bright Dental,Vision Center,Physio Point,Lab Services,Wellness Store'),
    (10, 'Subscriptions', 16.00, 6, 5, 6, 5, 5,
      'Stream Box,Music Flow,News Daily,Cloud Drive,Fit Club,Meal Kit,Learn Plus')
),
by_segment AS (
  SELECT 'High-Value Travelers' AS customer_segment, place, merchant_category, typical_amount * 1.6 AS amount, travelers AS share FROM shares
  UNION ALL
  SELECT 'Stable Mid-Spenders', place, merchant_category, typical_amount * 1.0, mid FROM shares
  UNION ALL
  SELECT 'Budget-Conscious', place, merchant_category, typical_amount * 0.7, budget FROM shares
  UNION ALL
  SELECT 'Declining', place, merchant_category, typical_amount * 0.9, declining FROM shares
  UNION ALL
  SELECT 'New & Growing', place, merchant_category, typical_amount * 1.0, growing FROM shares
),
ranges AS (
  SELECT
    customer_segment,
    merchant_category,
    ROUND(amount, 2) AS amount,
    share,
    SUM(share) OVER (PARTITION BY customer_segment ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS to_percent
  FROM by_segment
),
percents AS (
  SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS percent FROM TABLE(GENERATOR(ROWCOUNT => 100))
),
sellers AS (
  SELECT s.merchant_category, f.index AS merchant_number, f.value::VARCHAR AS merchant_name
  FROM shares s, LATERAL FLATTEN(input => SPLIT(s.merchants, ',')) f
)
SELECT r.customer_segment, p.percent * 7 + m.merchant_number, r.merchant_category, m.merchant_name, r.amount
FROM ranges r
JOIN percents p ON p.percent >= r.to_percent - r.share AND p.percent < r.to_percent
JOIN sellers m ON m.merchant_category = r.merchant_category;

-- What the card network sends: one JSON document per row, in whatever state it arrives.
CREATE TABLE TRANSACTION_FEED (
  payload VARCHAR COMMENT 'A transaction as JSON, with the names of BRONZE_TRANSACTIONS',
  received_at TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()
)
COMMENT = 'Landing place of the card network''s feed; LOAD_TRANSACTION_FEED reads on from it';

CREATE TABLE REJECTED_RECORDS (
  source VARCHAR(40) NOT NULL COMMENT 'The table it came from',
  reason VARCHAR(80) NOT NULL,
  record VARCHAR COMMENT 'The record as it arrived',
  rejected_at TIMESTAMP_NTZ(9) NOT NULL
)
COMMENT = 'What could not be used, kept for whoever operates the platform';
