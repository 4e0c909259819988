"""Streams: what changed in a table or view between an offset and now (docs/decisions/0007-streams.md)."""
