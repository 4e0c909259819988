-- "AMOUNT is shorter": three metrics and the segments stop at their next refresh.
ALTER TABLE CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS
  RENAME COLUMN transaction_amount TO amount;
