-- Retention wanted to know who is about to leave: what the model learns from, what it learned, and what it says. A new consumer table.
USE SCHEMA CUSTOMER_ANALYTICS.GOLD;

CREATE TABLE CUSTOMER_FEATURES (
  customer_id VARCHAR(20) NOT NULL,
  as_of_date DATE NOT NULL,
  customer_segment VARCHAR(30) NOT NULL,
  card_type VARCHAR(20),
  tenure_days NUMBER(9, 0) NOT NULL,
  days_since_last NUMBER(9, 0) COMMENT 'NULL where there was no transaction yet',
  transactions_30d NUMBER(12, 0) NOT NULL,
  transactions_60d NUMBER(12, 0) NOT NULL,
  transactions_90d NUMBER(12, 0) NOT NULL,
  spend_30d NUMBER(14, 2) NOT NULL,
  spend_60d NUMBER(14, 2) NOT NULL,
  spend_90d NUMBER(14, 2) NOT NULL,
  avg_transaction_90d NUMBER(12, 2),
  credit_utilization NUMBER(9, 4) COMMENT 'Spend of 30 days, as a share of the credit limit',
  CONSTRAINT customer_features_key PRIMARY KEY (customer_id)
)
COMMENT = 'Recency, frequency and spend of every current customer';

CREATE TABLE CHURN_MODELS (
  model_version VARCHAR(30) NOT NULL,
  trained_at TIMESTAMP_NTZ(9) NOT NULL,
  feature VARCHAR(40) NOT NULL,
  mean FLOAT NOT NULL,
  deviation FLOAT NOT NULL,
  weight FLOAT NOT NULL,
  customers NUMBER(12, 0) NOT NULL COMMENT 'How many customers it was trained on',
  auc FLOAT COMMENT 'Area under the ROC curve on customers it was not trained on'
)
COMMENT = 'Trained models: one row per feature';

CREATE TABLE CHURN_PREDICTIONS (
  customer_id VARCHAR(20) NOT NULL,
  churn_probability NUMBER(5, 4) NOT NULL,
  churn_risk VARCHAR(6) NOT NULL COMMENT 'high from 0.5, medium from 0.2, low',
  model_version VARCHAR(30) NOT NULL,
  predicted_at TIMESTAMP_NTZ(9) NOT NULL,
  CONSTRAINT churn_predictions_key PRIMARY KEY (customer_id)
)
COMMENT = 'How likely each active customer is to leave within 60 days';
