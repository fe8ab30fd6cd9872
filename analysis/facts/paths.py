"""Where things are. ``ANALYSIS_DATA`` points the suite at another copy of ``data/``."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("ANALYSIS_DATA", ROOT / "data"))
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"
