"""``python -m analysis``."""

import signal
import sys

interrupts: list[int] = []


def interrupt(number: int, frame: object) -> None:
    """Remember the signal: a library that is being imported may turn its exception into an ImportError."""
    interrupts.append(number)
    raise KeyboardInterrupt


if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, interrupt)
try:
    from analysis.cli import main

    status = main()
except (KeyboardInterrupt, ImportError) as error:  # while modules are imported, before `main` can say so, or after it
    if isinstance(error, ImportError) and not interrupts:
        raise
    sys.stderr.write("Stopped.\n")
    status = 130
sys.exit(status)
