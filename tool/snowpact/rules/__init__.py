"""One rule, one file: Changes to Findings."""
