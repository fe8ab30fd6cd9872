"""Processes that work for another: they share its fate."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.facts.paths import ROOT

PARENT = """
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
from analysis.runner.processes import processes
with processes(1, "analysis.runner.processes") as executor:
    print(executor.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the worker under /proc")
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(blow):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    worker = Path(f"/proc/{int(parent.stdout.readline())}")
    assert worker.exists()
    parent.send_signal(blow)
    parent.wait(timeout=30)
    until = time.monotonic() + 30
    while worker.exists():
        assert time.monotonic() < until, "the worker waits for a parent that is gone"
        time.sleep(0.02)
