-- "Once a day is enough": customer success was promised an hour.
ALTER DYNAMIC TABLE CUSTOMER_ANALYTICS.GOLD.METRIC_MOM_SPEND_CHANGE SET TARGET_LAG = '1 day';
