-- What partners get: the profile and nothing else. The consumer's account is a variable, since it differs from target to target.
CREATE SHARE IF NOT EXISTS CUSTOMER_360_INSIGHTS
  COMMENT = 'One row per customer, without personal data';

GRANT USAGE ON DATABASE CUSTOMER_ANALYTICS TO SHARE CUSTOMER_360_INSIGHTS;
GRANT USAGE ON SCHEMA CUSTOMER_ANALYTICS.GOLD TO SHARE CUSTOMER_360_INSIGHTS;
GRANT SELECT ON VIEW CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_PROFILE TO SHARE CUSTOMER_360_INSIGHTS;
{% if consumer_account is defined %}
ALTER SHARE CUSTOMER_360_INSIGHTS ADD ACCOUNTS = {{ consumer_account }};
{% endif %}
