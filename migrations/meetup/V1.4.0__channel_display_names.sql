-- LABEL is too short for "In-store and curbside". It is widened for those who still read it, and deprecated.
ALTER TABLE ANALYTICS.MARTS.CHANNELS ADD COLUMN display_name VARCHAR(80);

ALTER TABLE ANALYTICS.MARTS.CHANNELS ALTER COLUMN label SET DATA TYPE VARCHAR(40);

UPDATE ANALYTICS.MARTS.CHANNELS
SET display_name = CASE channel
    WHEN 'web' THEN 'Web shop'
    WHEN 'mobile' THEN 'Mobile app'
    ELSE 'In-store and curbside'
  END;

COMMENT ON COLUMN ANALYTICS.MARTS.CHANNELS.label IS 'Deprecated since 1.1.0 of the contract: use DISPLAY_NAME';
