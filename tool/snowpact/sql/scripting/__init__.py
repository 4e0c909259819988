"""Snowflake Scripting, read: ``parser.parse_script`` and the ``nodes`` it makes. ``local/scripting`` runs them."""
