"""Sourced facts on NVIDIA's China chip business, and what can be said from them."""
