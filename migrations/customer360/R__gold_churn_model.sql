-- Who is about to leave: a logistic regression, trained on the customers as they were 60 days ago and on what they did since.
-- Churned is who spent nothing in those 60 days, or less than half of what they spent in the 60 days before.
CREATE OR REPLACE PROCEDURE CUSTOMER_ANALYTICS.GOLD.TRAIN_CHURN_MODEL()
RETURNS VARCHAR
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python', 'numpy')
HANDLER = 'train'
COMMENT = 'Trains the churn model and predicts for every active customer'
AS
$$
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import numpy as np

GOLD, TELEMETRY = "CUSTOMER_ANALYTICS.GOLD", "CUSTOMER_ANALYTICS.TELEMETRY"
HORIZON = timedelta(days=60)
SEGMENTS = ["High-Value Travelers", "Stable Mid-Spenders", "Budget-Conscious", "Declining"]  # the fifth is none of them
CARDS = ["Platinum", "Gold", "Standard"]
RIDGE, STEPS = 1.0, 25
LATER = f"""
SELECT f.*, l.spend AS spend_later
FROM TABLE({GOLD}.CUSTOMER_FEATURES_AS_OF(?::DATE)) f
LEFT JOIN (
  SELECT customer_id, SUM(transaction_amount) AS spend
  FROM {GOLD}.FCT_TRANSACTIONS
  WHERE status = 'approved' AND transaction_date > ?::DATE
  GROUP BY customer_id
) l ON l.customer_id = f.customer_id
ORDER BY f.customer_id
"""


def features(row):
    """Logarithms of counts and amounts; trends as logarithms of ratios."""
    spend_30, spend_60, spend_90 = (float(row[f"SPEND_{days}D"]) for days in (30, 60, 90))
    seen_30, seen_90 = float(row["TRANSACTIONS_30D"]), float(row["TRANSACTIONS_90D"])
    recency = 180.0 if row["DAYS_SINCE_LAST"] is None else min(180.0, float(row["DAYS_SINCE_LAST"]))
    return {
        "days_since_last": np.log1p(recency),
        "transactions_90d": np.log1p(seen_90),
        "frequency_trend": np.log((3 * seen_30 + 1) / (seen_90 + 1)),
        "spend_90d": np.log1p(spend_90),
        "spend_trend_30d": np.log((3 * spend_30 + 30) / (spend_90 + 30)),
        "spend_trend_60d": np.log((1.5 * spend_60 + 30) / (spend_90 + 30)),
        "avg_transaction_90d": np.log1p(float(row["AVG_TRANSACTION_90D"] or 0)),
        "credit_utilization": min(5.0, float(row["CREDIT_UTILIZATION"] or 0)),
        "tenure_days": np.log1p(float(row["TENURE_DAYS"])),
        **{f"segment {name}": float(row["CUSTOMER_SEGMENT"] == name) for name in SEGMENTS},
        **{f"card {name}": float(row["CARD_TYPE"] == name) for name in CARDS},
    }


def matrix(rows):
    made = [features(row) for row in rows]
    return list(made[0]), np.array([list(one.values()) for one in made])


def churned(row):
    before, later = float(row["SPEND_60D"]), float(row["SPEND_LATER"] or 0)
    return float(later == 0 or later < before / 2)


def fit(x, y):
    """Newton's method for the ridge-penalised likelihood; x has a column of ones, which is not penalised."""
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 1e-6
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = sigmoid(x @ weights)
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, x.T @ (y - p) - penalty @ weights)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))


def area(scores, y):
    """Of the ROC curve: how often a churned customer is ranked above one who stayed."""
    good, bad = scores[y == 1], scores[y == 0]
    if not len(good) or not len(bad):
        return None
    places = np.searchsorted(np.sort(bad), good, side="left") + np.searchsorted(np.sort(bad), good, side="right")
    return float(places.sum() / 2 / len(good) / len(bad))


def scaled(x, mean, deviation):
    return np.hstack([np.ones((len(x), 1)), (x - mean) / deviation])


def risk(probability):
    return "high" if probability >= 0.5 else "medium" if probability >= 0.2 else "low"


def train(session):
    started = datetime.now(timezone.utc).replace(tzinfo=None)
    current = session.sql(f"SELECT * FROM {GOLD}.CUSTOMER_FEATURES ORDER BY customer_id").collect()
    if not current:
        raise ValueError("there are no customers to learn from: run the transformations first")
    then = current[0]["AS_OF_DATE"] - HORIZON
    past = session.sql(LATER, params=[str(then), str(then)]).collect()
    names, x = matrix(past)
    y = np.array([churned(row) for row in past])
    mean, deviation = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    held = np.arange(len(x)) % 5 == 0
    auc = area(scaled(x[held], mean, deviation) @ fit(scaled(x[~held], mean, deviation), y[~held]), y[held])
    weights = fit(scaled(x, mean, deviation), y)
    version = f"churn {current[0]['AS_OF_DATE']}"

    session.sql(f"DELETE FROM {GOLD}.CHURN_MODELS WHERE model_version = ?", params=[version]).collect()
    rows = [
        (version, started, name, float(m), float(d), float(w), len(x), auc)
        for name, m, d, w in zip(["intercept", *names], [0.0, *mean], [1.0, *deviation], weights)
    ]
    columns = ["MODEL_VERSION", "TRAINED_AT", "FEATURE", "MEAN", "DEVIATION", "WEIGHT", "CUSTOMERS", "AUC"]
    session.create_dataframe(rows, schema=columns).write.mode("append").save_as_table(f"{GOLD}.CHURN_MODELS", column_order="name")

    probabilities = sigmoid(scaled(matrix(current)[1], mean, deviation) @ weights).round(4)
    predictions = [
        (row["CUSTOMER_ID"], Decimal(f"{p:.4f}"), risk(p), version, started) for row, p in zip(current, probabilities)
    ]
    columns = ["CUSTOMER_ID", "CHURN_PROBABILITY", "CHURN_RISK", "MODEL_VERSION", "PREDICTED_AT"]
    session.create_dataframe(predictions, schema=columns).write.mode("truncate").save_as_table(f"{GOLD}.CHURN_PREDICTIONS", column_order="name")
    session.sql(
        f"INSERT INTO {TELEMETRY}.GENERATION_TELEMETRY (phase, started_at, finished_at, rows_produced) "
        "SELECT 'churn model', ?::TIMESTAMP_NTZ, SYSDATE(), ?",
        params=[str(started), len(predictions)],
    ).collect()
    return f"{len(predictions)} predictions, area under the curve {auc if auc is None else round(auc, 3)}"
$$;
