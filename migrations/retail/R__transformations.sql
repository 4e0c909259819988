-- Bronze: one statement reads the stream and gives every event to exactly one table, so an event is taken once or not at all.
CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.TRANSFORM_TO_BRONZE()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Moves new events from the stream into bronze; what can''t be read is put aside'
AS
$$
DECLARE
  moved NUMBER;
BEGIN
  INSERT FIRST
    WHEN problem IS NOT NULL THEN
      INTO RETAIL.BRONZE.REJECTED_EVENTS (event_id, event_type, event_data, reason, created_at)
      VALUES (event_id, event_type, event_data, problem, created_at)
    WHEN event_type = 'customer' THEN
      INTO RETAIL.BRONZE.STG_CUSTOMERS (event_id, customer_id, first_name, last_name, email, age, region, customer_segment, preferred_category,
        preferred_channel, price_sensitivity, signup_date, created_at)
      VALUES (event_id, customer_id, first_name, last_name, email, age, region, customer_segment, preferred_category,
        preferred_channel, price_sensitivity, signup_date, created_at)
    WHEN event_type = 'purchase' THEN
      INTO RETAIL.BRONZE.STG_PURCHASES (event_id, purchase_id, customer_id, customer_segment, category_name, warehouse_id, quantity, unit_price,
        discount, is_repeat_customer, purchased_at, created_at)
      VALUES (event_id, purchase_id, customer_id, customer_segment, category_name, warehouse_id, quantity, unit_price,
        discount, is_repeat_customer, happened_at, created_at)
    WHEN event_type = 'marketing' THEN
      INTO RETAIL.BRONZE.STG_MARKETING (event_id, customer_id, channel_name, action, cost, happened_at, created_at)
      VALUES (event_id, customer_id, channel_name, action, cost, happened_at, created_at)
    WHEN event_type = 'supply_chain' THEN
      INTO RETAIL.BRONZE.STG_SUPPLY_CHAIN (event_id, warehouse_id, category_name, movement, units, happened_at, created_at)
      VALUES (event_id, warehouse_id, category_name, movement, units, happened_at, created_at)
  SELECT
    e.*,
    CASE
      WHEN NOT IS_OBJECT(event_data) OR event_data IS NULL THEN 'the event is no JSON object'
      WHEN event_type IS NULL OR event_type NOT IN ('customer', 'purchase', 'marketing', 'supply_chain') THEN 'the type of event is unknown'
      WHEN event_type <> 'supply_chain' AND customer_id IS NULL THEN 'customer_id is missing'
      WHEN event_type = 'customer' AND customer_segment IS NULL THEN 'customer_segment is missing'
      WHEN event_type = 'customer' AND event_data:age IS NOT NULL AND age IS NULL THEN 'age is no number'
      WHEN event_type <> 'customer' AND happened_at IS NULL THEN 'timestamp is missing or no time'
      WHEN event_type = 'purchase' AND purchase_id IS NULL THEN 'purchase_id is missing'
      WHEN event_type IN ('purchase', 'supply_chain') AND category_name IS NULL THEN 'category is missing'
      WHEN event_type = 'purchase' AND (quantity IS NULL OR unit_price IS NULL) THEN 'quantity or unit_price is missing or no number'
      WHEN event_type = 'marketing' AND (channel_name IS NULL OR action IS NULL) THEN 'channel or action is missing'
      WHEN event_type = 'supply_chain' AND (warehouse_id IS NULL OR movement IS NULL OR units IS NULL) THEN 'warehouse_id, movement or units is missing'
    END AS problem
  FROM (
    SELECT
      event_id,
      event_type,
      event_data,
      created_at,
      event_data:customer_id::VARCHAR AS customer_id,
      LEFT(event_data:first_name::VARCHAR, 40) AS first_name,
      LEFT(event_data:last_name::VARCHAR, 40) AS last_name,
      LEFT(event_data:email::VARCHAR, 120) AS email,
      TRY_TO_NUMBER(event_data:age::VARCHAR, 3, 0) AS age,
      LEFT(event_data:region::VARCHAR, 20) AS region,
      event_data:customer_segment::VARCHAR AS customer_segment,
      event_data:preferred_category::VARCHAR AS preferred_category,
      event_data:preferred_channel::VARCHAR AS preferred_channel,
      TRY_TO_NUMBER(event_data:price_sensitivity::VARCHAR, 4, 3) AS price_sensitivity,
      TRY_TO_DATE(event_data:signup_date::VARCHAR) AS signup_date,
      event_data:purchase_id::VARCHAR AS purchase_id,
      event_data:category::VARCHAR AS category_name,
      event_data:warehouse_id::VARCHAR AS warehouse_id,
      TRY_TO_NUMBER(event_data:quantity::VARCHAR, 6, 0) AS quantity,
      TRY_TO_NUMBER(event_data:unit_price::VARCHAR, 10, 2) AS unit_price,
      TRY_TO_NUMBER(event_data:discount::VARCHAR, 4, 3) AS discount,
      TRY_TO_BOOLEAN(event_data:is_repeat_customer::VARCHAR) AS is_repeat_customer,
      event_data:channel::VARCHAR AS channel_name,
      event_data:action::VARCHAR AS action,
      TRY_TO_NUMBER(event_data:cost::VARCHAR, 8, 2) AS cost,
      event_data:movement::VARCHAR AS movement,
      TRY_TO_NUMBER(event_data:units::VARCHAR, 9, 0) AS units,
      TRY_TO_TIMESTAMP_NTZ(event_data:timestamp::VARCHAR) AS happened_at
    FROM RETAIL.RAW_DATA.RAW_RETAIL_EVENTS_STREAM
  ) e;
  moved := SQLROWCOUNT;
  RETURN moved || ' events moved to bronze';
END
$$;

-- Gold: both tables follow from what bronze holds, so that a run that was cut off is made good by the next one.
CREATE OR REPLACE PROCEDURE RETAIL.RAW_DATA.TRANSFORM_BRONZE_TO_GOLD()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Merges bronze into the customer dimension and the sales fact'
AS
$$
DECLARE
  sales NUMBER;
  customers NUMBER;
BEGIN
  MERGE INTO RETAIL.GOLD.FCT_SALES f
  USING (
    SELECT
      purchase_id,
      customer_id,
      customer_segment,
      category_name,
      warehouse_id,
      quantity,
      unit_price,
      discount,
      is_repeat_customer,
      purchased_at,
      ROUND(quantity * unit_price * (1 - COALESCE(discount, 0)), 2)::NUMBER(12, 2) AS final_total
    FROM RETAIL.BRONZE.STG_PURCHASES
    QUALIFY ROW_NUMBER() OVER (PARTITION BY purchase_id ORDER BY created_at, event_id) = 1
  ) p
  ON f.sale_id = p.purchase_id
  WHEN NOT MATCHED THEN INSERT (sale_id, customer_id, customer_segment, category_name, warehouse_id, quantity, unit_price, discount, discount_rate,
    final_total, is_repeat_customer, sale_date, sold_at)
  VALUES (p.purchase_id, p.customer_id, p.customer_segment, p.category_name, p.warehouse_id, p.quantity, p.unit_price, p.discount, p.discount,
    p.final_total, p.is_repeat_customer, p.purchased_at::DATE, p.purchased_at);
  sales := SQLROWCOUNT;

  MERGE INTO RETAIL.GOLD.DIM_CUSTOMERS d
  USING (
    WITH bought AS (
      SELECT customer_id, COUNT(*) AS orders, SUM(final_total) AS paid, MAX(sold_at) AS last_sold
      FROM RETAIL.GOLD.FCT_SALES
      GROUP BY customer_id
    ),
    contacted AS (
      SELECT customer_id, COUNT(*) AS contacts, COUNT(DISTINCT channel_name) AS channels
      FROM RETAIL.BRONZE.STG_MARKETING
      GROUP BY customer_id
    ),
    today AS (SELECT MAX(sold_at) AS last_of_all FROM RETAIL.GOLD.FCT_SALES),
    measured AS (
      SELECT
        c.*,
        COALESCE(b.orders, 0) AS orders,
        COALESCE(b.paid, 0) AS paid,
        b.last_sold,
        COALESCE(m.contacts, 0) AS contacts,
        COALESCE(m.channels, 0) AS channels,
        t.last_of_all,
        DATEDIFF('day', COALESCE(b.last_sold, c.signup_date::TIMESTAMP_NTZ), COALESCE(t.last_of_all, c.signup_date::TIMESTAMP_NTZ)) AS recency
      FROM RETAIL.BRONZE.STG_CUSTOMERS c
      CROSS JOIN today t
      LEFT JOIN bought b ON b.customer_id = c.customer_id
      LEFT JOIN contacted m ON m.customer_id = c.customer_id
      QUALIFY ROW_NUMBER() OVER (PARTITION BY c.customer_id ORDER BY c.created_at DESC, c.event_id DESC) = 1
    )
    SELECT
      customer_id,
      first_name,
      last_name,
      email,
      age,
      region,
      customer_segment,
      preferred_category,
      price_sensitivity,
      signup_date,
      DATEDIFF('day', signup_date, COALESCE(last_of_all::DATE, signup_date)) AS tenure_days,
      orders,
      ROUND(paid / NULLIF(orders, 0), 2)::NUMBER(12, 2) AS avg_order_value,
      paid,
      last_sold,
      -- recency weighs most, orders and value hold a customer back
      ROUND(LEAST(0.98, GREATEST(0.02, 0.30 + 0.50 * LEAST(recency / 365, 1) - 0.08 * LEAST(orders, 5) - 0.10 * LEAST(paid / 1000, 1))), 4)::NUMBER(5, 4)
        AS churn_probability,
      ROUND(LEAST(100, 12 * LEAST(orders, 5) + 5 * LEAST(contacts, 4) + 4 * LEAST(channels, 5)), 2)::NUMBER(5, 2) AS engagement_score,
      contacts
    FROM measured
  ) s
  ON d.customer_id = s.customer_id
  WHEN MATCHED THEN UPDATE SET
    first_name = s.first_name,
    last_name = s.last_name,
    email = s.email,
    age = s.age,
    region = s.region,
    customer_segment = s.customer_segment,
    preferred_category = s.preferred_category,
    price_sensitivity = s.price_sensitivity,
    tenure_days = s.tenure_days,
    total_orders = s.orders,
    avg_order_value = s.avg_order_value,
    lifetime_value = s.paid,
    last_purchase_at = s.last_sold,
    churn_probability = s.churn_probability,
    engagement_score = s.engagement_score,
    marketing_contacts = s.contacts
  WHEN NOT MATCHED THEN INSERT (customer_id, first_name, last_name, email, age, region, customer_segment, preferred_category, price_sensitivity,
    signup_date, tenure_days, total_orders, avg_order_value, lifetime_value, last_purchase_at, churn_probability, engagement_score, marketing_contacts)
  VALUES (s.customer_id, s.first_name, s.last_name, s.email, s.age, s.region, s.customer_segment, s.preferred_category, s.price_sensitivity,
    s.signup_date, s.tenure_days, s.orders, s.avg_order_value, s.paid, s.last_sold, s.churn_probability, s.engagement_score, s.contacts);
  customers := SQLROWCOUNT;
  RETURN sales || ' sales and ' || customers || ' customers merged into gold';
END
$$;
