"""Internal stages: files under the engine's folder, what reads them as rows, and what loads and unloads tables."""
