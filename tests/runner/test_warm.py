"""Kernels forked from a warm parent: real kernels, the same outputs, and none that outlives who asked for it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from analysis import results
from analysis.facts.paths import ROOT
from analysis.runner import execute as execute_module
from analysis.runner import warm
from analysis.runner.execute import CellError, execute

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

DRAWN = """
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
print("said")
hash("the same seed")
"""


@pytest.fixture(scope="module")
def parent():
    with warm.parent(["matplotlib.pyplot"]) as place:
        yield place


@pytest.fixture
def run(tmp_path):
    def run(*cells: str, **options: object) -> list:
        path = tmp_path / "01_x.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells))), path)
        return [cell.outputs for cell in execute(path, {}, **options).cells]

    return run


def said(outputs: list) -> list[str]:
    return [output.data["text/plain"] for cell in outputs for output in cell if "data" in output]


def ends(process: int) -> None:
    """The process is gone, or a zombie that nobody has buried yet, within a time that a busy machine keeps."""
    until, status = time.monotonic() + 30, Path(f"/proc/{process}/stat")
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until, "the kernel goes on"
        time.sleep(0.02)


def test_pictures_and_texts_are_those_of_a_plain_kernel(parent, run):
    forked = run(DRAWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "_address", "")
        plain = run(DRAWN)
    assert forked == plain
    assert [kind for output in forked[0] for kind in output.get("data", {}) if kind == "image/png"]


FIGURE = """
import pandas as pd
from analysis.pages.drawing import drawn, sheet
from analysis.results import Record
data = pd.DataFrame({"source_id": ["nvda-10k-fy2025"]})
drawn(Record(), lambda width: sheet(width, 100, left=20)[0], "f", "A title", "", "", data)
"""


def test_a_page_needs_no_still_picture_and_a_notebook_does(parent, run):
    (shown,), (for_a_page,) = run(FIGURE), run(FIGURE, stills=False)
    assert (set(shown[0].data), set(for_a_page[0].data)) == ({"image/png", "text/plain"}, {"text/plain"})
    assert shown[0].metadata["page"] == for_a_page[0].metadata["page"]


def test_each_kernel_is_a_process_of_its_own_that_has_everything_imported(parent, run):
    asked = "import os, sys\n(os.getppid(), os.getpid(), os.getpgid(0), 'matplotlib.pyplot' in sys.modules)"
    (one,), (other,) = said(run(asked)), said(run(asked))
    (ours, mine, group, ready), (same, yours, *_) = eval(one), eval(other)
    assert ours == same != os.getpid()
    assert mine == group != yours
    assert ready


@pytest.mark.parametrize("changed", ["analysis", "data/revenue.csv", "requirements.lock"])
def test_after_an_edit_of_what_kernels_are_made_of_they_start_as_ever(parent, run, changed, monkeypatch):
    asked = "import os\nos.getppid()"
    (forked,) = said(run(asked))
    now = warm.inputs()
    monkeypatch.setattr(warm, "inputs", lambda: now | {changed: "another"})
    (started,) = said(run(asked))
    assert int(started) == os.getpid() != int(forked)


def test_no_two_kernels_draw_the_same_random_numbers(parent, run):
    asked = "import random, numpy\n(random.random(), float(numpy.random.random()))"
    (one,), (other,) = said(run(asked)), said(run(asked))
    assert not {*eval(one)} & {*eval(other)}


def test_a_kernel_that_is_killed_is_a_failure_of_its_cell(parent, run):
    with pytest.raises(CellError, match="cell 2: DeadKernelError: The kernel died"):
        run("1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")


def test_an_error_is_told_with_its_line(parent, run):
    with pytest.raises(CellError, match="cell 1, line 2: ZeroDivisionError"):
        run("1\n1 / 0")


def test_a_cell_that_hangs_is_ended_with_what_it_has_started(parent, run, tmp_path):
    begun = tmp_path / "begun"
    cell = f"import subprocess\none = subprocess.Popen(['sleep', '60'])\nopen({str(begun)!r}, 'w').write(str(one.pid))"
    with pytest.raises(CellError, match=r"cell 2: TimeoutError: It ran for more than 5 s\."):
        run(cell, "import time\ntime.sleep(60)", limit=5)
    ends(int(begun.read_text()))


def test_a_cell_can_be_interrupted(parent):
    manager = execute_module._Kernel()
    manager.clock = execute_module._Clock(None)

    async def interrupted() -> dict:
        await manager.start_kernel()
        assert isinstance(manager.provisioner.process, warm.Kernel)
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        asked = client.execute("print('begun')\nimport time\ntime.sleep(60)")
        while (await client.get_iopub_msg(timeout=60))["msg_type"] != "stream":
            pass
        await manager.interrupt_kernel()
        while (reply := await client.get_shell_msg(timeout=30))["parent_header"]["msg_id"] != asked:
            pass
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return reply["content"]

    with ThreadPoolExecutor(1) as apart:  # the loop of an open browser may run in this thread
        assert apart.submit(asyncio.run, interrupted()).result()["ename"] == "KeyboardInterrupt"


def test_a_kernel_says_how_it_ended(parent, tmp_path):
    def kernel() -> warm.Kernel:
        return warm.Kernel(parent, ["-f", str(tmp_path / "kernel.json")], dict(os.environ), str(tmp_path))

    one = kernel()
    assert one.poll() is None
    one.kill()
    assert one.wait() == one.poll() == -signal.SIGKILL
    other = kernel()
    other._link.close()  # as when its owner is killed
    other._told.close()
    ends(other.pid)


def test_where_the_parent_is_gone_kernels_start_as_ever(run):
    with warm.parent([]) as place:
        pass
    assert not Path(place).exists()
    warm.begin(place)
    try:
        assert said(run("1 + 1")) == ["2"]
    finally:
        warm.begin("")


def test_a_parent_with_threads_gives_no_kernel_and_plain_ones_start(tmp_path, run, monkeypatch):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    with warm.parent(["threaded"], environment={}) as place:
        with pytest.raises(OSError, match=r"gone|reset"):
            warm.Kernel(place, [], {}, "/")
        assert said(run("1 + 1")) == ["2"]


def test_a_successor_takes_over_when_it_has_worked_out_what_kernels_share(tmp_path, run, monkeypatch):
    (tmp_path / "slow.py").write_text("found = []\ndef work():\n    found.append(6 * 7)\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    with warm.parent(["slow:work"], environment={}) as place:
        until = time.monotonic() + 30
        while not Path(warm._later(place)).exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        assert said(run("import slow\nslow.found")) == ["[42]"]


def test_no_kernel_outlives_a_killed_owner(tmp_path):
    owner = f"""
import os, time
from analysis.runner import warm
with warm.parent([]) as place:
    print(warm.Kernel(place, ["-f", {str(tmp_path / "kernel.json")!r}], dict(os.environ), "/").pid, flush=True)
    time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", owner], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    kernel = int(process.stdout.readline())
    process.kill()
    process.wait()
    ends(kernel)


def test_only_a_notebook_on_the_same_record_takes_over_what_is_shared(monkeypatch):
    monkeypatch.setattr(results, "SHARED", ("equivalence",))
    monkeypatch.setattr(results, "_prepared", [])
    results.prepare()
    ((_, prepared),) = results._prepared
    same = results.Record.for_notebook({"as_of": prepared.day})
    shared = set(prepared._kept) - {results.Record._known_by}
    assert shared <= set(same._kept)
    assert shared
    assert same._kept is not prepared._kept
    assert not shared & set(results.Record.for_notebook({"as_of": "2025-06-30"})._kept)
    monkeypatch.setattr(results.load, "state", lambda: "another")
    assert not shared & set(results.Record.for_notebook({"as_of": prepared.day})._kept)
