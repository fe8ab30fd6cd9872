"""A page of questions in JupyterLab: move a control, see figure, sentence and table, keep the run."""

from analysis.explore.lab import Explorer

__all__ = ["Explorer"]
