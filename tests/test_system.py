"""What the system does to a command: one line, an exit status, nothing half-written."""

import fcntl
import os
import signal
import subprocess
import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis import cli
from analysis.facts.files import alone, replace_text
from analysis.facts.paths import ROOT
from analysis.runner.render import render

COMMAND = [sys.executable, "-m", "analysis"]
TABLE = [*COMMAND, "table", "units"]


def ended(command: str | list[str], **options) -> subprocess.CompletedProcess:
    given = {"cwd": ROOT, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8", "timeout": 60, "check": False}
    return subprocess.run(command, **given | options)


def said_in_one_line(done: subprocess.CompletedProcess) -> str:
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_under_the_output():
    with open("/dev/full", "w") as full:
        done = ended(TABLE, stdout=full)
    assert done.returncode == 1
    assert said_in_one_line(done).startswith("The output: No space left on device.")


def test_a_closed_output():
    done = ended(f"{sys.executable} -m analysis table units >&-", shell=True)
    assert done.returncode == 2
    assert said_in_one_line(done).startswith("The standard output is closed")


def test_a_folder_that_cannot_be_one(tmp_path):
    (tmp_path / "file").write_text("")
    done = ended(
        [*COMMAND, "audit", "data/claims.csv", "--out", str(tmp_path / "file" / "out")], stdout=subprocess.PIPE
    )
    assert done.returncode == 1
    assert "Not a directory" in said_in_one_line(done)


@pytest.mark.parametrize(
    ("parameter", "told"),
    [("seed=-1", "seed: -1 is not at least 0"), ("draws=1000000000000", "draws: 1000000000000 is not at least 1")],
)
def test_numbers_beyond_what_can_be_drawn(parameter, told):
    done = ended([*COMMAND, "table", "units_by_quarter", "-p", parameter], stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert said_in_one_line(done).startswith(told)


def test_a_device_that_never_ends():
    done = ended([*COMMAND, "table", "control_status", "-p", "specs=/dev/zero"], stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert "it is no plain file" in said_in_one_line(done)


@pytest.mark.parametrize("after", [0.15, 0.3, 0.6])
def test_an_interrupt_while_modules_are_imported(after):
    run = subprocess.Popen([*COMMAND, "table", "units_by_quarter"], cwd=ROOT, stderr=-1, stdout=-1, text=True)
    time.sleep(after)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=60)
    begun = "analysis/" in told or "Stopped." in told  # before that, Python itself is starting
    # Python ends by the signal itself where it came inside an ``eval``, of a named tuple say: a shell calls both 130
    assert not begun or told == "Stopped.\n"
    assert not begun or run.returncode in (cli.INTERRUPTED, -signal.SIGINT)


def test_want_of_memory_is_said(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_table", lambda _: (_ for _ in ()).throw(MemoryError()))
    assert cli.main(["table", "units"]) == 1
    assert (
        capsys.readouterr().err == "There is not enough memory. Ask for less: fewer draws, fewer notebooks at once.\n"
    )


def test_a_draft_of_a_killed_run_is_swept_and_one_of_a_running_is_not(tmp_path):
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (tmp_path / f".page.html.{gone.stdout.strip()}.partial").write_text("half")
    (tmp_path / f".page.html.{os.getppid()}.partial").write_text("half")
    replace_text(tmp_path / "page.html", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".page.html.{os.getppid()}.partial", "page.html"]


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path):
    another = os.open(tmp_path, os.O_RDONLY)
    with alone(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(another)


def test_a_disk_that_fills_leaves_the_old_page(tmp_path, monkeypatch):
    replace_text(tmp_path / "page.html", "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left") as error:
        replace_text(tmp_path / "page.html", "new")
    assert error.value.filename == str(tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text() == "old"


def test_thirty_megabytes_printed_by_a_cell_do_not_reach_the_page():
    printed = new_output("stream", name="stdout", text="x" * 30_000_000)
    page = render(new_notebook(cells=[new_code_cell("", outputs=[printed])]), name="n", parameters=[], values={})
    assert len(page) < 400_000
    assert "the cell printed 30,000,000 characters" in page
