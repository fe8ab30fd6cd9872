"""Thousands of reruns: a grid of parameters over named results or notebooks, gathered into Parquet."""
