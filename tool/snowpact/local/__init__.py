"""The embedded Snowflake: a Target like any other, one DuckDB file for a whole account. Import its modules by name."""
