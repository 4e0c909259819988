-- What BI Teams chart: interactions and revenue per day and channel.
CREATE OR REPLACE VIEW ANALYTICS.MARTS.INTERACTIONS_BY_CHANNEL AS
SELECT
  DATE_TRUNC('day', p.interaction_timestamp)::DATE AS interaction_date,
  p.channel AS channel,
  c.display_name AS channel_name,
  COUNT(*)::NUMBER(18, 0) AS interactions,
  COUNT(DISTINCT p.customer_id)::NUMBER(18, 0) AS customers,
  SUM(p.interaction_value_usd)::NUMBER(30, 2) AS revenue_usd
FROM ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT p
LEFT JOIN ANALYTICS.MARTS.CHANNELS c ON c.channel = p.channel
GROUP BY 1, 2, 3;
