"""Snowflake Scripting, run: ``interpreter.run`` carries out what ``sql.scripting`` reads."""
