"""Customer 360: key figures, segments, transactions and churn. Runs as Streamlit in Snowflake and, with `snowpact local app`, here."""

import pandas as pd
import streamlit as st

GOLD, TELEMETRY = "CUSTOMER_ANALYTICS.GOLD", "CUSTOMER_ANALYTICS.TELEMETRY"
connection = st.connection("snowflake")


@st.cache_data(ttl=300)
def rows(query: str) -> pd.DataFrame:
    """The rows of a query; NUMBERs with decimals as floats, which charts can draw."""
    cursor = connection.cursor()
    cursor.execute(query)
    frame = pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description])
    return frame.apply(lambda column: pd.to_numeric(column) if column.map(is_number).all() else column)


def is_number(value: object) -> bool:
    return value is None or type(value).__name__ in {"Decimal", "int", "float"}


def overview() -> None:
    [figures] = rows(
        f"SELECT COUNT(*) AS CUSTOMERS, SUM(transactions) AS TRANSACTIONS, SUM(lifetime_value) AS SPEND, "
        f"COUNT_IF(churn_risk = 'high') AS AT_RISK FROM {GOLD}.CUSTOMER_360_PROFILE"
    ).to_dict("records")
    customers, transactions, spend, risk = st.columns(4)
    customers.metric("Customers", f"{figures['CUSTOMERS']:,.0f}")
    transactions.metric("Approved transactions", f"{figures['TRANSACTIONS'] or 0:,.0f}")
    spend.metric("Spend (USD)", f"{figures['SPEND'] or 0:,.2f}")
    risk.metric("At high risk", f"{figures['AT_RISK']:,.0f}")
    st.subheader("Spend by month")
    st.line_chart(
        rows(f"SELECT spend_month, SUM(spend) AS SPEND FROM {GOLD}.METRIC_MOM_SPEND_CHANGE GROUP BY spend_month ORDER BY spend_month"),
        x="SPEND_MONTH",
        y="SPEND",
    )
    st.subheader("Data quality")
    st.table(rows(f"SELECT check_name, observed, expected, passed FROM {TELEMETRY}.V_DATA_QUALITY_DASHBOARD ORDER BY check_number"))


def segments() -> None:
    latest = rows(
        f"SELECT customer_segment, customers, customer_share, transactions_90d, spend_90d, avg_transaction_90d, spend_per_customer_90d "
        f"FROM {GOLD}.CUSTOMER_SEGMENTS QUALIFY as_of_date = MAX(as_of_date) OVER () ORDER BY spend_90d DESC"
    )
    st.subheader("The last 90 days")
    st.table(latest)
    st.bar_chart(latest, x="CUSTOMER_SEGMENT", y="SPEND_PER_CUSTOMER_90D")
    st.subheader("Spend of 90 days, day by day")
    st.line_chart(
        rows(f"SELECT as_of_date, customer_segment, spend_90d FROM {GOLD}.CUSTOMER_SEGMENTS ORDER BY as_of_date"),
        x="AS_OF_DATE",
        y="SPEND_90D",
        color="CUSTOMER_SEGMENT",
    )


def transactions() -> None:
    categories = rows(
        f"SELECT v.merchant_category, m.category_group, SUM(v.transactions) AS TRANSACTIONS, SUM(v.spend) AS SPEND, "
        f"(SUM(v.spend) / SUM(v.transactions))::NUMBER(12, 2) AS AVG_TRANSACTION "
        f"FROM {GOLD}.METRIC_AVG_TRANSACTION_VALUE v JOIN {GOLD}.DIM_MERCHANT_CATEGORY m ON m.merchant_category = v.merchant_category "
        f"GROUP BY v.merchant_category, m.category_group ORDER BY SPEND DESC"
    )
    st.subheader("Categories")
    st.table(categories)
    st.bar_chart(categories, x="MERCHANT_CATEGORY", y="SPEND")
    st.subheader("Channels")
    st.table(
        rows(
            f"SELECT channel, SUM(transactions) AS TRANSACTIONS, SUM(spend) AS SPEND FROM {GOLD}.METRIC_AVG_TRANSACTION_VALUE "
            f"GROUP BY channel ORDER BY channel"
        )
    )


def churn() -> None:
    st.subheader("Risk by segment")
    st.table(
        rows(
            f"SELECT customer_segment, COUNT_IF(churn_risk = 'high') AS HIGH, COUNT_IF(churn_risk = 'medium') AS MEDIUM, "
            f"COUNT_IF(churn_risk = 'low') AS LOW FROM {GOLD}.CUSTOMER_360_PROFILE GROUP BY customer_segment ORDER BY HIGH DESC, customer_segment"
        )
    )
    st.subheader("Who to call first")
    st.table(
        rows(
            f"SELECT customer_id, customer_segment, churn_probability, lifetime_value, spend_90d, last_transaction_date "
            f"FROM {GOLD}.CUSTOMER_360_PROFILE WHERE churn_risk = 'high' ORDER BY lifetime_value DESC, customer_id LIMIT 20"
        )
    )


st.set_page_config(page_title="Customer 360", layout="wide")
st.title("Customer 360")
for tab, page in zip(st.tabs(["Overview", "Segments", "Transactions", "Churn"]), (overview, segments, transactions, churn), strict=True):
    with tab:
        page()
