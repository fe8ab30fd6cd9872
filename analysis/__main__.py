"""``python -m analysis``."""

import sys

try:
    from analysis.cli import main

    status = main()
except KeyboardInterrupt:  # while modules are imported, before `main` can say so, or after it has
    sys.stderr.write("Stopped.\n")
    status = 130
sys.exit(status)
