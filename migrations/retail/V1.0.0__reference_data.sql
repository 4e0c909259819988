-- Everything that the generator does is decided by rows of these five tables; a changed row changes the next run.
CREATE WAREHOUSE IF NOT EXISTS RETAIL_WH
  WAREHOUSE_SIZE = 'XSMALL'
  AUTO_SUSPEND = 60
  AUTO_RESUME = TRUE
  INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS RETAIL;

CREATE SCHEMA IF NOT EXISTS RETAIL.REFERENCE_DATA;

USE SCHEMA RETAIL.REFERENCE_DATA;

CREATE TABLE CUSTOMER_SEGMENTS (
  segment_name VARCHAR(30) NOT NULL PRIMARY KEY,
  customer_share NUMBER(4, 3) NOT NULL COMMENT 'Of all customers, 0 to 1',
  avg_order_value NUMBER(10, 2) NOT NULL COMMENT 'USD, before discounts',
  purchase_frequency NUMBER(4, 3) NOT NULL COMMENT 'How often a customer buys, against others',
  price_sensitivity NUMBER(4, 3) NOT NULL COMMENT '0: buys at any price, 1: at a discount alone',
  description VARCHAR(200)
)
COMMENT = 'Customer segments and how they behave';

INSERT INTO CUSTOMER_SEGMENTS VALUES
  ('premium', 0.150, 180.00, 0.450, 0.200, 'High value, loyal, hardly minds the price'),
  ('regular', 0.600, 85.00, 0.300, 0.500, 'The middle of the market'),
  ('occasional', 0.250, 45.00, 0.120, 0.800, 'Buys seldom, and when there is a discount');

CREATE TABLE PRODUCT_CATEGORIES (
  category_name VARCHAR(40) NOT NULL PRIMARY KEY,
  peak_months VARCHAR(60) NOT NULL COMMENT 'JSON array of months, 1 to 12',
  margin NUMBER(4, 3) NOT NULL COMMENT 'Of the price, 0 to 1',
  return_rate NUMBER(4, 3) NOT NULL COMMENT 'Of the sales, 0 to 1',
  description VARCHAR(200)
)
COMMENT = 'Product categories, with the months in which they sell best';

INSERT INTO PRODUCT_CATEGORIES VALUES
  ('electronics', '[11, 12]', 0.250, 0.080, 'Phones, computers and what goes with them'),
  ('clothing', '[3, 4, 9, 10]', 0.550, 0.200, 'Seasonal collections'),
  ('home_garden', '[4, 5, 6]', 0.400, 0.070, 'Furniture, tools and plants'),
  ('sports', '[1, 6, 7]', 0.450, 0.100, 'Equipment and clothing for sports'),
  ('beauty', '[2, 5, 12]', 0.600, 0.050, 'Cosmetics and care'),
  ('books', '[8, 9, 12]', 0.350, 0.030, 'Books and stationery');

CREATE TABLE MARKETING_CHANNELS (
  channel_name VARCHAR(30) NOT NULL PRIMARY KEY,
  conversion_rate NUMBER(4, 3) NOT NULL,
  cost_per_click NUMBER(6, 2) NOT NULL COMMENT 'USD',
  traffic_share NUMBER(4, 3) NOT NULL COMMENT 'Of all visits, 0 to 1',
  description VARCHAR(200)
)
COMMENT = 'Marketing channels and how they perform';

INSERT INTO MARKETING_CHANNELS VALUES
  ('email', 0.045, 0.10, 0.250, 'Newsletters and offers'),
  ('search', 0.035, 1.20, 0.300, 'Paid search'),
  ('social', 0.020, 0.70, 0.250, 'Social networks'),
  ('display', 0.008, 0.45, 0.100, 'Banners'),
  ('affiliate', 0.030, 0.90, 0.100, 'Partners');

CREATE TABLE WAREHOUSES (
  warehouse_id VARCHAR(10) NOT NULL PRIMARY KEY,
  region VARCHAR(20) NOT NULL,
  capacity NUMBER(9, 0) NOT NULL COMMENT 'Units',
  processing_hours NUMBER(4, 0) NOT NULL COMMENT 'From order to dispatch',
  description VARCHAR(200)
)
COMMENT = 'Distribution centres';

INSERT INTO WAREHOUSES VALUES
  ('WH-EAST', 'east', 120000, 12, 'Newark'),
  ('WH-CENTRAL', 'central', 150000, 18, 'Chicago'),
  ('WH-WEST', 'west', 100000, 12, 'Reno');

CREATE TABLE GENERATION_PARAMETERS (
  parameter_name VARCHAR(60) NOT NULL PRIMARY KEY,
  parameter_value VARCHAR(200) NOT NULL COMMENT 'A number, or a JSON array',
  description VARCHAR(200)
)
COMMENT = 'Probabilities, ranges and arrays of the generator';

INSERT INTO GENERATION_PARAMETERS VALUES
  ('seed', '42', 'The same seed gives the same events'),
  ('repeat_customer_probability', '0.7', 'That a purchase is by a customer who is known already'),
  ('seasonal_multiplier', '2.5', 'How much more a category sells in its peak months'),
  ('max_discount', '0.3', 'The largest discount, of the price'),
  ('quantity_range', '[1, 4]', 'Units of a purchase'),
  ('age_range', '[18, 80]', 'Years'),
  ('start_date', '2024-01-01', 'The first day of events'),
  ('days', '366', 'How many days events are spread over');
