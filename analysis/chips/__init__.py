"""Chip specifications, disputed figures, prices (notebook 01)."""
