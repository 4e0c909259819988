"""The nouns: names, types, catalog, change, finding, source. Data only; no SQL, no I/O; imports nothing above it."""
