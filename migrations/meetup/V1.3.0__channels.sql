-- BI Teams wanted names people know beside the codes.
CREATE TABLE ANALYTICS.MARTS.CHANNELS (
  channel VARCHAR(16) NOT NULL,
  label VARCHAR(20),
  CONSTRAINT channels_key PRIMARY KEY (channel)
)
COMMENT = 'Reference: where an interaction happened';

INSERT INTO ANALYTICS.MARTS.CHANNELS (channel, label)
VALUES ('web', 'Web'), ('mobile', 'Mobile'), ('store', 'Store');
