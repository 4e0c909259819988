-- The card network's feed into bronze, and what is new in bronze into gold. What cannot be used is kept in REJECTED_RECORDS.
CREATE OR REPLACE FUNCTION CUSTOMER_ANALYTICS.BRONZE.FEED_REJECTION(payload VARCHAR)
RETURNS VARCHAR
COMMENT = 'Why a document of the feed is no transaction; NULL where it is one'
AS
$$
  CASE
    WHEN TRY_PARSE_JSON(payload) IS NULL OR TYPEOF(TRY_PARSE_JSON(payload)) <> 'OBJECT' THEN 'broken JSON'
    WHEN TRY_PARSE_JSON(payload):transaction_id IS NULL OR TRY_PARSE_JSON(payload):customer_id IS NULL THEN 'missing key'
    WHEN TRY_TO_TIMESTAMP_NTZ(TRY_PARSE_JSON(payload):transaction_date::VARCHAR) IS NULL THEN 'transaction_date is no timestamp'
    WHEN TRY_TO_DECIMAL(TRY_PARSE_JSON(payload):transaction_amount::VARCHAR, 12, 2) IS NULL THEN 'transaction_amount is no number'
  END
$$;

-- Both statements read the same rows of the stream, whatever arrives meanwhile, and its offset moves with them.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.BRONZE.LOAD_TRANSACTION_FEED()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Moves what is new in the feed into BRONZE_TRANSACTIONS; whoever delivers calls it'
AS
$$
DECLARE
  loaded NUMBER;
  rejected NUMBER;
BEGIN
  BEGIN TRANSACTION;
  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS (source, reason, record, rejected_at)
  SELECT 'TRANSACTION_FEED', reason, payload, SYSDATE()
  FROM (
    SELECT payload, CUSTOMER_ANALYTICS.BRONZE.FEED_REJECTION(payload) AS reason
    FROM CUSTOMER_ANALYTICS.BRONZE.TRANSACTION_FEED_STREAM
  )
  WHERE reason IS NOT NULL;
  rejected := SQLROWCOUNT;

  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS
    (transaction_id, customer_id, transaction_date, transaction_amount, merchant_name, merchant_category, channel, status)
  SELECT
    event:transaction_id::VARCHAR, event:customer_id::VARCHAR, event:transaction_date::VARCHAR::TIMESTAMP_NTZ,
    event:transaction_amount::NUMBER(12, 2), event:merchant_name::VARCHAR, event:merchant_category::VARCHAR, event:channel::VARCHAR,
    event:status::VARCHAR
  FROM (
    SELECT TRY_PARSE_JSON(payload) AS event, CUSTOMER_ANALYTICS.BRONZE.FEED_REJECTION(payload) AS reason
    FROM CUSTOMER_ANALYTICS.BRONZE.TRANSACTION_FEED_STREAM
  )
  WHERE reason IS NULL;
  loaded := SQLROWCOUNT;
  COMMIT;
  RETURN loaded || ' loaded, ' || rejected || ' rejected';
END;
$$;

-- One transaction: the stream's offset moves when, and only when, the fact and the rejects are written.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.PROCESS_INCREMENTAL()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Merges new transactions of bronze into the fact'
AS
$$
DECLARE
  merged NUMBER;
BEGIN
  BEGIN TRANSACTION;
  INSERT INTO CUSTOMER_ANALYTICS.BRONZE.REJECTED_RECORDS (source, reason, record, rejected_at)
  SELECT 'BRONZE_TRANSACTIONS', reason, record, SYSDATE()
  FROM (
    SELECT
      CUSTOMER_ANALYTICS.SILVER.REJECTION_REASON(
        s.transaction_id, c.account_open_date, s.transaction_date, s.transaction_amount, s.channel, s.status
      ) AS reason,
      TO_JSON(OBJECT_CONSTRUCT('transaction_id', s.transaction_id, 'customer_id', s.customer_id,
        'transaction_date', s.transaction_date::VARCHAR, 'transaction_amount', s.transaction_amount, 'merchant_name', s.merchant_name,
        'channel', s.channel, 'status', s.status)) AS record
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS_STREAM s
    LEFT JOIN CUSTOMER_ANALYTICS.SILVER.STG_CUSTOMERS c ON c.customer_id = s.customer_id
  )
  WHERE reason IS NOT NULL;

  MERGE INTO CUSTOMER_ANALYTICS.GOLD.FCT_TRANSACTIONS f
  USING (
    SELECT
      s.transaction_id, s.transaction_date, d.customer_key, s.customer_id, COALESCE(m.merchant_category_key, 0) AS merchant_category_key,
      s.merchant_name, s.channel, s.status, s.transaction_amount
    FROM CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS_STREAM s
    JOIN CUSTOMER_ANALYTICS.SILVER.STG_CUSTOMERS c ON c.customer_id = s.customer_id
    JOIN CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER d
      ON d.customer_id = s.customer_id AND s.transaction_date >= d.valid_from AND s.transaction_date < d.valid_to
    LEFT JOIN CUSTOMER_ANALYTICS.GOLD.DIM_MERCHANT_CATEGORY m ON m.merchant_category = s.merchant_category
    WHERE CUSTOMER_ANALYTICS.SILVER.REJECTION_REASON(
      s.transaction_id, c.account_open_date, s.transaction_date, s.transaction_amount, s.channel, s.status
    ) IS NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.transaction_id ORDER BY s.transaction_date) = 1
  ) n
  ON f.transaction_id = n.transaction_id
  WHEN MATCHED THEN UPDATE SET
    transaction_amount = n.transaction_amount, status = n.status, merchant_name = n.merchant_name,
    merchant_category_key = n.merchant_category_key, channel = n.channel
  WHEN NOT MATCHED THEN INSERT
    (transaction_id, transaction_date, transaction_at, customer_key, customer_id, merchant_category_key, merchant_name, channel, status,
     transaction_amount)
  VALUES
    (n.transaction_id, n.transaction_date::DATE, n.transaction_date, n.customer_key, n.customer_id, n.merchant_category_key, n.merchant_name,
     n.channel, n.status, n.transaction_amount);
  merged := SQLROWCOUNT;
  COMMIT;
  RETURN merged || ' transactions merged';
END;
$$;
