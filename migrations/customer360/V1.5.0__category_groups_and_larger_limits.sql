-- Private banking needs credit limits beyond NUMBER(8,2), wholesale customers amounts beyond NUMBER(10,2); marketing wants categories in
-- groups, and SPEND_TYPE, which says too little, is deprecated.
ALTER TABLE CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS ALTER COLUMN credit_limit SET DATA TYPE NUMBER(12, 2);

ALTER TABLE CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER ALTER COLUMN credit_limit SET DATA TYPE NUMBER(12, 2);

ALTER TABLE CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS ALTER COLUMN transaction_amount SET DATA TYPE NUMBER(12, 2);

ALTER TABLE CUSTOMER_ANALYTICS.GOLD.DIM_MERCHANT_CATEGORY ADD COLUMN category_group VARCHAR(40);

UPDATE CUSTOMER_ANALYTICS.GOLD.DIM_MERCHANT_CATEGORY
SET category_group = CASE
    WHEN merchant_category IN ('Travel', 'Dining', 'Entertainment') THEN 'Leisure'
    WHEN merchant_category IN ('Retail', 'Online Shopping', 'Subscriptions') THEN 'Shopping'
    WHEN merchant_category = 'Other' THEN 'Other'
    ELSE 'Household'
  END;

COMMENT ON COLUMN CUSTOMER_ANALYTICS.GOLD.DIM_MERCHANT_CATEGORY.spend_type IS 'Deprecated since 1.1.0 of the contract: use CATEGORY_GROUP';
