"""snowpact keeps a pact between the teams who change a Snowflake schema and the teams who read it."""

__version__ = "0.1.0"
