"""A process that is ended at its limit, with its starter, and tells the truth about it."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from waiting import PATIENCE, wait_until

from aecore.compute.limited import limited
from aecore.data.splits import DataUnavailable
from aecore.environment import MEMORY
from aecore.exchange.archive import FileRefused

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def found_by_the_process(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent}{os.pathsep}{ROOT / 'tests'}")


def together(*numbers):
    print("what is printed is no answer")
    return {"sum": sum(numbers)}


def refuse(name):
    raise FileRefused("{} has too few layers: {}.", name, 3)


def miss(key):
    raise DataUnavailable("The data set {!r} is not here.", FileRefused("{}", key))


def hold(marker):
    Path(marker).write_text(str(os.getpid()))
    time.sleep(600)


def die():
    os.abort()


def swell(marker):
    Path(marker).write_text(str(os.getpid()))
    kept = []
    while True:
        kept.append(bytearray(os.urandom(2**20)) * 64)


def test_it_gives_what_the_function_does_or_why_it_refuses():
    assert limited(together, 1, 2, seconds=PATIENCE) == {"sum": 3}
    with pytest.raises(FileRefused, match="<b> has too few layers: 3") as refused:
        limited(refuse, "<b>", seconds=PATIENCE)
    assert refused.value.parts == ("<b>", 3)  # and the page can still escape them
    with pytest.raises(DataUnavailable, match="data set 'x' is not here"):
        limited(miss, "x", seconds=PATIENCE)
    with pytest.raises(FileRefused, match="The process that measured it ended"):
        limited(die, seconds=PATIENCE)


def test_it_is_ended_at_its_limit_of_time(tmp_path, monkeypatch):
    marker = tmp_path / "process"
    with pytest.raises(FileRefused, match="stopped after 5 seconds"):
        limited(hold, str(marker), seconds=5.0)
    assert not marker.exists() or not psutil.pid_exists(int(marker.read_text()))


def test_it_is_ended_at_its_limit_of_memory(tmp_path, monkeypatch):
    monkeypatch.setenv(MEMORY, "1.0")
    with pytest.raises(FileRefused, match=r"more than 1\.0 GB of memory"):
        limited(swell, str(tmp_path / "process"), seconds=PATIENCE)
    assert not psutil.pid_exists(int((tmp_path / "process").read_text()))


def test_it_ends_with_its_starter(tmp_path):
    marker = tmp_path / "process"
    code = (
        "from test_limited import hold; from aecore.compute.limited import limited; "
        f"limited(hold, {str(marker)!r}, seconds={PATIENCE})"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    wait_until(lambda: (marker.exists() and marker.read_text()) or starter.poll() is not None)
    assert starter.poll() is None
    starter.kill()
    starter.wait()
    process = int(marker.read_text())
    wait_until(lambda: not lives(process))


def lives(process: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    return False
