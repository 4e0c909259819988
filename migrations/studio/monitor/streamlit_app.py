"""Pipeline health, box office, fans, data quality. Runs as Streamlit in Snowflake and, with `snowpact local app`, here."""

import pandas as pd
import streamlit as st

DATABASE = "SONY_DE"
connection = st.connection("snowflake")


@st.cache_data(ttl=60)
def rows(query: str) -> pd.DataFrame:
    """The rows of a query; NUMBERs with decimals as floats, which charts can draw."""
    cursor = connection.cursor()
    cursor.execute(query)
    frame = pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description])
    return frame.apply(lambda column: pd.to_numeric(column) if column.map(is_number).all() else column)


def is_number(value: object) -> bool:
    return value is None or type(value).__name__ in {"Decimal", "int", "float"}


def table(frame: pd.DataFrame) -> None:
    st.table(frame.style.format(precision=2, thousands=","))


def health() -> None:
    tables = rows(f"SELECT layer, table_name, row_count, last_update FROM {DATABASE}.GOVERNANCE.PIPELINE_HEALTH ORDER BY layer, table_name")
    [waiting] = rows(f"SELECT SYSTEM$STREAM_HAS_DATA('{DATABASE}.RAW.RAW_FAN_STREAM') AS WAITING").to_dict("records")
    for place, (layer, of_layer) in zip(st.columns(4), [*tables.groupby("LAYER"), ("Events", None)], strict=True):
        if of_layer is None:
            place.metric("Stream", "has data" if waiting["WAITING"] else "is consumed")
        else:
            place.metric(f"Rows in {layer[2:]}", f"{of_layer['ROW_COUNT'].sum():,.0f}")
    table(tables)
    st.subheader("Tasks")
    table(
        rows(
            f"SELECT name, state, COUNT(*) AS RUNS, MAX(completed_time) AS LATEST FROM TABLE({DATABASE}.INFORMATION_SCHEMA.TASK_HISTORY()) "
            f"WHERE database_name = '{DATABASE}' AND state <> 'SCHEDULED' GROUP BY name, state ORDER BY name, state"
        )
    )
    st.subheader("Dynamic tables")
    table(
        rows(
            f"SELECT name, refresh_action, state, COUNT(*) AS REFRESHES, MAX(data_timestamp) AS AS_OF "
            f"FROM TABLE({DATABASE}.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) "
            f"GROUP BY name, refresh_action, state ORDER BY name, refresh_action"
        )
    )


def box_office() -> None:
    franchises = rows(
        f"SELECT franchise, titles, countries, gross_usd, first_week_gross_usd, admissions "
        f"FROM {DATABASE}.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE ORDER BY gross_usd DESC"
    )
    table(franchises)
    st.bar_chart(franchises, x="FRANCHISE", y="GROSS_USD")
    st.line_chart(
        rows(
            f"SELECT performance_date, SUM(gross_usd) AS GROSS_USD FROM {DATABASE}.FACTS.FACT_DAILY_PERFORMANCE "
            f"GROUP BY performance_date ORDER BY performance_date"
        ),
        x="PERFORMANCE_DATE",
        y="GROSS_USD",
    )


def fans() -> None:
    st.subheader("What fans are worth")
    table(
        rows(
            f"SELECT membership_tier, COUNT(*) AS FANS, SUM(purchases) AS PURCHASES, SUM(lifetime_value_usd) AS LIFETIME_VALUE_USD "
            f"FROM {DATABASE}.MARKETING.FAN_LIFETIME_VALUE GROUP BY membership_tier ORDER BY LIFETIME_VALUE_USD DESC"
        )
    )
    st.subheader("Favorite franchises")
    st.bar_chart(
        rows(f"SELECT favorite_franchise, COUNT(*) AS FANS FROM {DATABASE}.MARKETING.FAN_LIFETIME_VALUE GROUP BY favorite_franchise"),
        x="FAVORITE_FRANCHISE",
        y="FANS",
    )


def quality() -> None:
    st.subheader("Metrics")
    table(
        rows(
            f"SELECT table_name, metric_name, argument_names::VARCHAR AS COLUMNS, value, measurement_time "
            f"FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS WHERE table_database = '{DATABASE}' "
            f"QUALIFY ROW_NUMBER() OVER (PARTITION BY table_name, metric_name, argument_names ORDER BY measurement_time DESC) = 1 "
            f"ORDER BY table_name, metric_name"
        )
    )
    st.subheader("Rejected records")
    rejected = f"{DATABASE}.GOVERNANCE.REJECTED_RECORDS"
    table(rows(f"SELECT source, reason, COUNT(*) AS RECORDS FROM {rejected} GROUP BY source, reason ORDER BY source, reason"))


st.set_page_config(page_title="Pipeline monitor", layout="wide")
st.title("Pipeline monitor")
for tab, page in zip(st.tabs(["Pipeline health", "Box office", "Fans", "Data quality"]), (health, box_office, fans, quality), strict=True):
    with tab:
        page()
