"""Published claims held against the record (notebook 07)."""
