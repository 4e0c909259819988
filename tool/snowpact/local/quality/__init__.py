"""Data quality of the embedded Snowflake: metrics, where they are attached, what they measured (docs/data-quality.md)."""
