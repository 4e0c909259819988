"""Renderers, one file a format: ``render(report, color) -> str``. They see the model alone."""
