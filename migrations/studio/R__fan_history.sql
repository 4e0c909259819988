-- The second and third task of the graph. Both may run again at any time: what is done already changes nothing.
CREATE OR REPLACE PROCEDURE SONY_DE.STG.MERGE_FAN_SCD2()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'The history and the value of every fan that the stream tells of'
AS
$$
DECLARE
  versions NUMBER;
  fans NUMBER;
BEGIN
  BEGIN TRANSACTION;

  -- A fan's whole history follows from the fan's events, so that one which comes late splits or moves the versions around it.
  MERGE INTO SONY_DE.DIMS.DIM_FANS d
  USING (
    WITH told AS (
      SELECT fan_id, email_hash, country_code, membership_tier, favorite_franchise, event_at
      FROM SONY_DE.STG.STG_FAN_VERIFIED
      WHERE fan_id IN (SELECT fan_id FROM SONY_DE.STG.STG_FAN_VERIFIED_STREAM)
      QUALIFY ROW_NUMBER() OVER (PARTITION BY fan_id, event_at ORDER BY loaded_at DESC, event_id DESC) = 1
    ),
    compared AS (
      SELECT
        told.*,
        HASH(email_hash, country_code, membership_tier, favorite_franchise) AS profile,
        LAG(HASH(email_hash, country_code, membership_tier, favorite_franchise)) OVER (PARTITION BY fan_id ORDER BY event_at) AS profile_before
      FROM told
    ),
    version AS (
      SELECT compared.*, LEAD(event_at) OVER (PARTITION BY fan_id ORDER BY event_at) AS valid_to
      FROM compared
      WHERE profile IS DISTINCT FROM profile_before
    )
    SELECT
      COALESCE(v.fan_id, was.fan_id) AS fan_id,
      COALESCE(v.event_at, was.valid_from) AS valid_from,
      v.fan_id IS NULL AS is_gone,
      v.valid_to,
      v.email_hash,
      v.country_code,
      v.membership_tier,
      v.favorite_franchise
    FROM version v
    FULL OUTER JOIN (
      SELECT fan_id, valid_from
      FROM SONY_DE.DIMS.DIM_FANS
      WHERE fan_id IN (SELECT fan_id FROM SONY_DE.STG.STG_FAN_VERIFIED_STREAM)
    ) was ON was.fan_id = v.fan_id AND was.valid_from = v.event_at
  ) s
  ON d.fan_id = s.fan_id AND d.valid_from = s.valid_from
  WHEN MATCHED AND s.is_gone THEN DELETE
  WHEN MATCHED THEN UPDATE SET
    valid_to = s.valid_to,
    is_current = s.valid_to IS NULL,
    email_hash = s.email_hash,
    country_code = s.country_code,
    membership_tier = s.membership_tier,
    favorite_franchise = s.favorite_franchise
  WHEN NOT MATCHED THEN INSERT (fan_id, email_hash, country_code, membership_tier, favorite_franchise, valid_from, valid_to, is_current)
    VALUES (s.fan_id, s.email_hash, s.country_code, s.membership_tier, s.favorite_franchise, s.valid_from, s.valid_to, s.valid_to IS NULL);
  versions := SQLROWCOUNT;

  MERGE INTO SONY_DE.MARKETING.FAN_LIFETIME_VALUE l
  USING (
    SELECT
      f.fan_id,
      f.country_code,
      f.membership_tier,
      f.favorite_franchise,
      v.interactions,
      v.purchases,
      v.spent AS lifetime_value_usd,
      CASE WHEN v.spent >= 500 THEN 'high' WHEN v.spent >= 100 THEN 'medium' ELSE 'low' END AS value_band,
      v.first_seen_at,
      v.last_seen_at
    FROM SONY_DE.DIMS.DIM_FANS f
    JOIN (
      SELECT
        e.fan_id,
        COUNT(*) AS interactions,
        COUNT(e.amount) AS purchases,
        COALESCE(SUM(SONY_DE.GOVERNANCE.CURRENCY_CONVERT(e.amount, r.usd_per_unit)), 0) AS spent,
        MIN(e.event_at) AS first_seen_at,
        MAX(e.event_at) AS last_seen_at
      FROM SONY_DE.STG.STG_FAN_VERIFIED e
      LEFT JOIN SONY_DE.DIMS.DIM_FX_RATES r ON r.currency_code = e.currency_code AND r.rate_month = DATE_TRUNC('month', e.event_at)::DATE
      WHERE e.fan_id IN (SELECT fan_id FROM SONY_DE.STG.STG_FAN_VERIFIED_STREAM)
      GROUP BY e.fan_id
    ) v ON v.fan_id = f.fan_id
    WHERE f.is_current
  ) s
  ON l.fan_id = s.fan_id
  WHEN MATCHED THEN UPDATE SET
    country_code = s.country_code,
    membership_tier = s.membership_tier,
    favorite_franchise = s.favorite_franchise,
    interactions = s.interactions,
    purchases = s.purchases,
    lifetime_value_usd = s.lifetime_value_usd,
    value_band = s.value_band,
    first_seen_at = s.first_seen_at,
    last_seen_at = s.last_seen_at
  WHEN NOT MATCHED THEN INSERT (fan_id, country_code, membership_tier, favorite_franchise, interactions, purchases, lifetime_value_usd, value_band,
    first_seen_at, last_seen_at)
    VALUES (s.fan_id, s.country_code, s.membership_tier, s.favorite_franchise, s.interactions, s.purchases, s.lifetime_value_usd, s.value_band,
      s.first_seen_at, s.last_seen_at);
  fans := SQLROWCOUNT;

  COMMIT;
  RETURN versions || ' versions of ' || fans || ' fans merged';
EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END
$$;

CREATE OR REPLACE PROCEDURE SONY_DE.SECURE.UPDATE_PII_VAULT()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Personal data of routed events into the vault and, in the same transaction, out of bronze'
AS
$$
DECLARE
  fans NUMBER;
  events NUMBER;
BEGIN
  BEGIN TRANSACTION;

  MERGE INTO SONY_DE.SECURE.PII_VAULT v
  USING (
    SELECT
      s.fan_id,
      LOWER(TRIM(r.payload:email::VARCHAR)) AS email,
      LEFT(r.payload:full_name::VARCHAR, 120) AS full_name,
      s.email_hash,
      MIN(s.event_at) OVER (PARTITION BY s.fan_id) AS first_seen_at,
      s.event_at
    FROM SONY_DE.RAW.FAN_INTERACTIONS r
    JOIN SONY_DE.STG.STG_FAN_VERIFIED s ON s.event_id = r.event_id
    WHERE r.redacted_at IS NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY s.fan_id ORDER BY s.event_at DESC, s.event_id DESC) = 1
  ) s
  ON v.fan_id = s.fan_id
  WHEN MATCHED AND s.event_at >= v.updated_at THEN UPDATE SET
    email = s.email,
    full_name = s.full_name,
    email_hash = s.email_hash,
    first_seen_at = LEAST(v.first_seen_at, s.first_seen_at),
    updated_at = s.event_at
  WHEN MATCHED AND s.first_seen_at < v.first_seen_at THEN UPDATE SET first_seen_at = s.first_seen_at
  WHEN NOT MATCHED THEN INSERT (fan_id, email, full_name, email_hash, first_seen_at, updated_at)
    VALUES (s.fan_id, s.email, s.full_name, s.email_hash, s.first_seen_at, s.event_at);
  fans := SQLROWCOUNT;

  UPDATE SONY_DE.RAW.FAN_INTERACTIONS
  SET payload = SONY_DE.STG.WITHOUT_PII(payload), redacted_at = SYSDATE()
  WHERE redacted_at IS NULL
    AND event_id IN (
      SELECT event_id FROM SONY_DE.STG.STG_FAN_VERIFIED
      UNION ALL SELECT event_id FROM SONY_DE.STG.STG_FAN_GUEST
      UNION ALL SELECT event_id FROM SONY_DE.STG.REJECTED_FAN_EVENTS
    );
  events := SQLROWCOUNT;

  COMMIT;
  RETURN fans || ' fans in the vault told of, ' || events || ' events redacted';
EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END
$$;
