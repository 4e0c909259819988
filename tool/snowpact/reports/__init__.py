"""One report format, one file: render(report) -> str."""
