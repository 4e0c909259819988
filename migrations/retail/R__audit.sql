-- What each run did, with which configuration, and what changed between two runs.
CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.VIEW_REFERENCE_CONFIG()
RETURNS TABLE (reference_table VARCHAR, row_key VARCHAR, settings OBJECT)
LANGUAGE SQL
COMMENT = 'Every row of the reference tables'
AS
$$
DECLARE
  res RESULTSET DEFAULT (
    SELECT 'CUSTOMER_SEGMENTS' AS reference_table, segment_name AS row_key, OBJECT_CONSTRUCT('customer_share', customer_share,
      'avg_order_value', avg_order_value, 'purchase_frequency', purchase_frequency, 'price_sensitivity', price_sensitivity) AS settings
    FROM RETAIL.REFERENCE_DATA.CUSTOMER_SEGMENTS
    UNION ALL
    SELECT 'PRODUCT_CATEGORIES', category_name, OBJECT_CONSTRUCT('peak_months', peak_months, 'margin', margin, 'return_rate', return_rate)
    FROM RETAIL.REFERENCE_DATA.PRODUCT_CATEGORIES
    UNION ALL
    SELECT 'MARKETING_CHANNELS', channel_name, OBJECT_CONSTRUCT('conversion_rate', conversion_rate, 'cost_per_click', cost_per_click,
      'traffic_share', traffic_share)
    FROM RETAIL.REFERENCE_DATA.MARKETING_CHANNELS
    UNION ALL
    SELECT 'WAREHOUSES', warehouse_id, OBJECT_CONSTRUCT('region', region, 'capacity', capacity, 'processing_hours', processing_hours)
    FROM RETAIL.REFERENCE_DATA.WAREHOUSES
    UNION ALL
    SELECT 'GENERATION_PARAMETERS', parameter_name, OBJECT_CONSTRUCT('parameter_value', parameter_value)
    FROM RETAIL.REFERENCE_DATA.GENERATION_PARAMETERS
    ORDER BY reference_table, row_key
  );
BEGIN
  RETURN TABLE(res);
END
$$;

CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.VIEW_GENERATION_AUDIT(number_of_runs NUMBER DEFAULT 10)
RETURNS TABLE (run_number NUMBER, run_id VARCHAR, run_timestamp TIMESTAMP_NTZ, events_generated NUMBER, configuration_changed BOOLEAN,
  execution_seconds NUMBER(9, 3), status VARCHAR, error_message VARCHAR)
LANGUAGE SQL
COMMENT = 'The latest generation runs, newest first'
AS
$$
DECLARE
  res RESULTSET;
BEGIN
  res := (
    SELECT run_number, run_id, run_timestamp, events_generated, configuration_changed, execution_seconds, status, error_message
    FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT
    QUALIFY ROW_NUMBER() OVER (ORDER BY run_number DESC) <= :number_of_runs
    ORDER BY run_number DESC
  );
  RETURN TABLE(res);
END
$$;

CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.VIEW_RUN_SNAPSHOT(run_id VARCHAR, reference_table VARCHAR DEFAULT 'ALL')
RETURNS TABLE (reference_table VARCHAR, row_key VARCHAR, settings VARIANT)
LANGUAGE SQL
COMMENT = 'The configuration that a run found; ALL or one reference table'
AS
$$
DECLARE
  res RESULTSET;
BEGIN
  res := (
    SELECT t.key::VARCHAR AS reference_table, r.key::VARCHAR AS row_key, r.value AS settings
    FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT a,
      LATERAL FLATTEN(INPUT => a.reference_snapshot) t,
      LATERAL FLATTEN(INPUT => t.value) r
    WHERE a.run_id = :run_id AND (:reference_table = 'ALL' OR t.key = UPPER(:reference_table))
    ORDER BY 1, 2
  );
  RETURN TABLE(res);
END
$$;

CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.COMPARE_GENERATION_RUNS(first_run VARCHAR, second_run VARCHAR)
RETURNS TABLE (reference_table VARCHAR, row_key VARCHAR, change VARCHAR, setting VARCHAR, before_value VARCHAR, after_value VARCHAR)
LANGUAGE SQL
COMMENT = 'What changed in the reference tables between two runs'
AS
$$
DECLARE
  res RESULTSET;
BEGIN
  res := (
    WITH settings AS (
      SELECT a.run_id, t.key::VARCHAR AS reference_table, r.key::VARCHAR AS row_key, s.key::VARCHAR AS setting, s.value::VARCHAR AS value
      FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT a,
        LATERAL FLATTEN(INPUT => a.reference_snapshot) t,
        LATERAL FLATTEN(INPUT => t.value) r,
        LATERAL FLATTEN(INPUT => r.value) s
      WHERE a.run_id IN (:first_run, :second_run)
    ),
    compared AS (
      SELECT
        reference_table,
        row_key,
        setting,
        MAX(IFF(run_id = :first_run, value, NULL)) AS before_value,
        MAX(IFF(run_id = :second_run, value, NULL)) AS after_value,
        COUNT_IF(run_id = :first_run) AS in_first,
        COUNT_IF(run_id = :second_run) AS in_second
      FROM settings
      GROUP BY reference_table, row_key, setting
    )
    SELECT
      reference_table,
      row_key,
      CASE WHEN in_first = 0 THEN 'added' WHEN in_second = 0 THEN 'removed' ELSE 'changed' END AS change,
      setting,
      before_value,
      after_value
    FROM compared
    WHERE in_first = 0 OR in_second = 0 OR before_value IS DISTINCT FROM after_value
    ORDER BY reference_table, row_key, setting
  );
  RETURN TABLE(res);
END
$$;
