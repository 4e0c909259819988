-- "Nobody reads the channel here": but two views further down it is promised.
USE SCHEMA CUSTOMER_ANALYTICS.BRONZE;

ALTER TABLE BRONZE_TRANSACTIONS
  DROP COLUMN channel;
