-- Marketing wants to know what a fan is worth and which franchise a fan likes best; 'Platinum Plus' has more than ten letters.
ALTER TABLE SONY_DE.STG.STG_FAN_VERIFIED ADD COLUMN favorite_franchise VARCHAR(60);

ALTER TABLE SONY_DE.STG.STG_FAN_VERIFIED ALTER COLUMN membership_tier SET DATA TYPE VARCHAR(20);

ALTER TABLE SONY_DE.DIMS.DIM_FANS ADD COLUMN favorite_franchise VARCHAR(60);

ALTER TABLE SONY_DE.DIMS.DIM_FANS ALTER COLUMN membership_tier SET DATA TYPE VARCHAR(20);

CREATE TABLE SONY_DE.MARKETING.FAN_LIFETIME_VALUE (
  fan_id VARCHAR(20) NOT NULL PRIMARY KEY,
  country_code VARCHAR(2),
  membership_tier VARCHAR(20),
  favorite_franchise VARCHAR(60),
  interactions NUMBER(9, 0) NOT NULL,
  purchases NUMBER(9, 0) NOT NULL,
  lifetime_value_usd NUMBER(18, 2) NOT NULL,
  value_band VARCHAR(10) NOT NULL COMMENT 'high from 500 USD, medium from 100, low',
  first_seen_at TIMESTAMP_NTZ(9) NOT NULL,
  last_seen_at TIMESTAMP_NTZ(9) NOT NULL
)
COMMENT = 'What each verified fan has spent';

GRANT SELECT ON TABLE SONY_DE.MARKETING.FAN_LIFETIME_VALUE TO ROLE STUDIO_EXECUTIVE;
