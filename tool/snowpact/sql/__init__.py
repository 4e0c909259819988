"""Snowflake's language, once: tokens, split, classify, statements, query typing. Imports ``model`` alone."""
