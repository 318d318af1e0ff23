"""What is not whole yet stays out of sight, and what a killed process left of it is swept up."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from photos import photo
from small import small_experiment
from ugly import encoded

from aecore.data import own
from aecore.data.collection import collecting
from aecore.data.images.making import Plan, make_set
from aecore.data.images.preparation import Preparation
from aecore.data.own import own_keys, put_aside, put_back
from aecore.data.splits import DataUnavailable
from aecore.data.unfinished import OLD_SECONDS, sweep_up, unfinished
from aecore.runs.detectors import beside as beside_run
from aecore.runs.maps import pictures_path
from aecore.runs.status import Status
from aecore.runs.store import DeletionRefused, RunStore, shipped
from aecore.runs.sweeps import FOLDER as SWEEPS

ROOT = Path(__file__).parents[2]
PHOTOS = Plan("Photos", 32, 3, False, Preparation("keep", False, False, "fill"))
KILLED = """
import os, sys
from pathlib import Path
from aecore.data.unfinished import unfinished
with unfinished(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    return tmp_path / "datasets"


def photos(count: int) -> dict[str, bytes]:
    return {f"{i}.png": encoded(photo(i, 50 + i, 40), "PNG") for i in range(count)}


def age(*paths: Path) -> None:
    long_ago = time.time() - OLD_SECONDS - 60
    for path in paths:
        os.utime(path, (long_ago, long_ago))


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def started(directory: Path) -> tuple[subprocess.Popen, Path]:
    """A working process, and the folder that it fills."""
    directory.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(directory)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    return process, Path(process.stdout.readline().strip())


def test_work_under_way_is_never_swept_up_however_long_it_rests(tmp_path):
    process, folder = started(tmp_path)
    try:
        age(folder / "half", folder)
        sweep_up(tmp_path)
        assert (folder / "half").exists()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    sweep_up(tmp_path)
    assert not folder.exists()
    process.stdin.close()
    process.stdout.close()


def test_what_is_young_or_not_ours_stays(tmp_path):
    young, old, *others = (
        tmp_path / name
        for name in (".partial-0000000a", ".partial-0000000b", ".partial-mine", "whole", ".part")
    )
    for folder in (young, old, *others):
        folder.mkdir()
        (folder / "file").touch()
    left, written = tmp_path / ".partial-0000000c-model.keras", tmp_path / ".partial-0000000d-x"
    for file in (left, written, tmp_path / "model.keras"):
        file.touch()
    (tmp_path / ".partial-0000000e").symlink_to(others[0])
    everything = [path for path in tmp_path.rglob("*") if path.parent != young]
    age(*(path for path in everything[::-1] if path not in (young, written)))
    sweep_up(tmp_path)
    assert not old.exists() and not left.exists()
    assert all(path.exists() for path in everything if path not in (left, old, old / "file"))
    sweep_up(tmp_path / "nowhere")


def test_stores_of_runs_and_of_sets_are_tidied(tmp_path, directory, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))
    for place, tidy in (
        (tmp_path / "runs", RunStore(tmp_path / "runs").tidy),
        (directory, own.tidy),
    ):
        left = place / ".partial-0123abcd"
        left.mkdir(parents=True)
        age(left)
        tidy()
        assert not left.exists()
    store = RunStore(tmp_path / "runs")
    run = store.create(small_experiment("linear"))
    beside = [
        beside_run(shipped("linear")).path,
        pictures_path("digits", "all").parent,
        store.directory / SWEEPS,
        own.own_directory() / "own-some-8-grey-0123abcd",
    ]
    halves = [folder / ".partial-0123abcd-half" for folder in (run.path, *beside)]
    for half in halves:
        half.parent.mkdir(parents=True, exist_ok=True)
        half.touch()
        age(half)
    store.tidy()
    own.tidy()
    assert not any(half.exists() for half in halves) and run.problem() == ""


def test_a_finished_folder_may_be_renamed_away(tmp_path):
    with unfinished(tmp_path) as folder:
        (folder / "whole").touch()
        folder.rename(tmp_path / "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


@pytest.mark.parametrize(
    "broken",
    ["pathlib.Path.rename", "pathlib.Path.mkdir", "pathlib.Path.write_text", "io.BufferedWriter"],
)
def test_a_full_disk_is_told_and_leaves_nothing(broken, directory, monkeypatch):
    with monkeypatch.context() as patch:
        if broken == "io.BufferedWriter":
            patch.setattr("aecore.data.collection.Collection.add", full)
        else:
            patch.setattr(broken, full)
        made = make_set(list(photos(20).items()), PHOTOS)
    assert made.key is None and made.problem.endswith("No space left on device.")
    assert own_keys() == [] and not (directory.exists() and list(directory.iterdir()))


def test_the_same_set_again_is_no_fault_and_mends_a_damaged_one(directory):
    first = make_set(list(photos(20).items()), PHOTOS).key
    again = make_set(list(photos(20).items()), PHOTOS)
    assert again.key == first and again.problem == ""
    (directory / first / "images.bin").write_bytes(b"short")
    assert make_set(list(photos(20).items()), PHOTOS).key == first
    assert len(own.glimpse(first, 20)) == 20
    assert [path.name for path in directory.iterdir()] == [first]


def test_a_set_that_another_visitor_deleted_is_told_and_leaves_nothing(directory):
    key = make_set(list(photos(20).items()), PHOTOS).key
    put_back(put_aside(key))
    shutil.rmtree(directory / key)
    for ask in (
        put_aside,
        own.size_on_disk,
        own.made_at,
        own.class_sizes,
        lambda k: own.glimpse(k, 1),
    ):
        with pytest.raises(DataUnavailable, match=r"already deleted|not on this machine"):
            ask(key)
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize("where", ["aside", "back"])
def test_what_cannot_be_moved_is_told_without_a_number(where, tmp_path, directory, monkeypatch):
    store = RunStore(tmp_path / "runs")
    run = store.create(small_experiment("linear"))
    run.write_status(Status("finished"))
    key = make_set(list(photos(20).items()), PHOTOS).key
    aside = (put_aside(key), store.put_aside(run)) if where == "back" else ()
    asks = (
        (lambda: put_back(aside[0]), lambda: store.put_back(aside[1]))
        if aside
        else (lambda: put_aside(key), lambda: store.put_aside(run))
    )
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", full)
        for ask, refusal in zip(asks, (DataUnavailable, DeletionRefused), strict=True):
            with pytest.raises(refusal, match=r"cannot be .*: No space left on device\.$"):
                ask()
    hidden = [*directory.glob(".deleted-*"), *store.directory.glob(".trash-*")]
    assert len(hidden) == len(aside)
    if aside:
        put_back(aside[0])
        assert store.put_back(aside[1]) == run and own_keys() == [key]


def test_nothing_of_a_set_that_was_left_stays(directory):
    with pytest.raises(RuntimeError), collecting("Half", 28, 1, ink=False) as half:
        half.add("a.png", np.zeros((28, 28, 1), np.uint8))
        assert len(list(directory.glob(".partial-*"))) == 1
        raise RuntimeError("the page was left")
    assert list(directory.iterdir()) == []
