-- The pipeline monitor: its file on a stage, and the app that runs it. Deployed anew whenever this script changes; release 1.
CREATE STAGE IF NOT EXISTS SONY_DE.GOVERNANCE.MONITOR_FILES
  COMMENT = 'The monitor''s program';

PUT file://migrations/studio/monitor/streamlit_app.py @SONY_DE.GOVERNANCE.MONITOR_FILES
  AUTO_COMPRESS = FALSE OVERWRITE = TRUE;

CREATE OR REPLACE STREAMLIT SONY_DE.GOVERNANCE.SONY_PIPELINE_MONITOR
  FROM '@SONY_DE.GOVERNANCE.MONITOR_FILES'
  MAIN_FILE = 'streamlit_app.py'
  QUERY_WAREHOUSE = STUDIO_WH
  TITLE = 'Pipeline monitor'
  COMMENT = 'Pipeline health, box office, fans and data quality';
