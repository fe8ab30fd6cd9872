"""Published counts and published views (notebook 08)."""
