"""The embedded Snowflake, on DuckDB: a target like any other."""
