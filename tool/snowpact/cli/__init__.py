"""The command line: click, and thin."""
