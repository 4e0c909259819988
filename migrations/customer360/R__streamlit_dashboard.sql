-- The dashboard: its file on a stage, and the app that runs it. Deployed anew whenever this script changes; release 1.
CREATE STAGE IF NOT EXISTS CUSTOMER_ANALYTICS.GOLD.DASHBOARD_FILES
  COMMENT = 'The dashboard''s program';

PUT file://migrations/customer360/dashboard/streamlit_app.py @CUSTOMER_ANALYTICS.GOLD.DASHBOARD_FILES
  AUTO_COMPRESS = FALSE OVERWRITE = TRUE;

CREATE OR REPLACE STREAMLIT CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_DASHBOARD
  FROM '@CUSTOMER_ANALYTICS.GOLD.DASHBOARD_FILES'
  MAIN_FILE = 'streamlit_app.py'
  QUERY_WAREHOUSE = COMPUTE_WH
  TITLE = 'Customer 360'
  COMMENT = 'Overview, segments, transactions and churn';
