-- Marketing and supply-chain events get tables of their own: engagement is measured over all channels.
USE SCHEMA RETAIL.BRONZE;

CREATE TABLE STG_MARKETING (
  event_id VARCHAR(36) NOT NULL,
  customer_id VARCHAR(20) NOT NULL,
  channel_name VARCHAR(30) NOT NULL,
  action VARCHAR(20) NOT NULL,
  cost NUMBER(8, 2),
  happened_at TIMESTAMP_NTZ(9) NOT NULL,
  created_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Contacts of customers with marketing';

CREATE TABLE STG_SUPPLY_CHAIN (
  event_id VARCHAR(36) NOT NULL,
  warehouse_id VARCHAR(10) NOT NULL,
  category_name VARCHAR(40) NOT NULL,
  movement VARCHAR(20) NOT NULL,
  units NUMBER(9, 0) NOT NULL,
  happened_at TIMESTAMP_NTZ(9) NOT NULL,
  created_at TIMESTAMP_NTZ(9)
)
COMMENT = 'Stock that moves through the distribution centres';

ALTER TABLE RETAIL.GOLD.DIM_CUSTOMERS ADD COLUMN marketing_contacts NUMBER(9, 0) COMMENT 'Contacts over all channels';

-- Arrays of parameters outgrew 200 characters.
ALTER TABLE RETAIL.REFERENCE_DATA.GENERATION_PARAMETERS ALTER COLUMN parameter_value SET DATA TYPE VARCHAR(1000);
