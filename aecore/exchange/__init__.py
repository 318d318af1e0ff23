"""Import and export: run files, and models saved by others."""
