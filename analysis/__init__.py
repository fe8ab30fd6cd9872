"""NVIDIA's China chip business from sourced facts.

>>> import analysis
>>> record = analysis.Record(as_of="2025-04-17")        # what was public by that day; default: all that is recorded
>>> frame = record.china_revenue(basis="billing")       # every named result is a method
>>> documents = record.sources(frame)                   # what a frame of ours rests on
>>> listed = analysis.tables()                          # what there is, one line each
"""

from importlib import import_module

__version__ = "0.3.0"
__all__ = ["AnalysisError", "Record", "__version__", "controls_of", "tables"]

_WHERE = {"AnalysisError": "analysis.facts.errors", "Record": "analysis.results", "tables": "analysis.results"}
_WHERE |= {"controls_of": "analysis.explore.form"}


def __getattr__(name: str) -> object:
    """The names of the front door, imported when they are asked for: starting up takes no second."""
    if name not in _WHERE:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}. It has: {', '.join(__all__)}.")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
