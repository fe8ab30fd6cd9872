"""One function, one figure. A figure draws the frame it is given and returns it as a `Drawing`."""

from analysis.figures import chips, claims, controls, counts, revenue, shipments, workloads
from analysis.figures.frame import Drawing

__all__ = ["Drawing", "chips", "claims", "controls", "counts", "revenue", "shipments", "workloads"]
