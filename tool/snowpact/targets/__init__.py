"""Where migrations run and schemas live: the Target protocol, Snowflake itself, and inspection."""
