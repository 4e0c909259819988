"""Tasks of the embedded Snowflake: their graphs, their runs, the history of both, and the scheduler (docs/tasks.md)."""
