"""Dynamic tables of the embedded Snowflake: their graph, refreshes applied as deltas, the history of both."""
