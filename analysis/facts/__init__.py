"""Sourced facts: declared tables, their checks, loading by day, resolution, ranges, fiscal periods, sources."""
