"""What chips are worth at work: a roofline fitted to measurements (notebook 03)."""
