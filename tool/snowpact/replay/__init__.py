"""Scripts to Changes, without a database: one file per statement family."""
