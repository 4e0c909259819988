"""Two catalogs to Changes."""
