"""However a command ends, it ends with a sentence and not with a traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image
from ugly import encoded, zipped
from waiting import PATIENCE, wait_until

from aecore.__main__ import main
from aecore.analysis.report import make_report
from aecore.commands.training import ProgressBar
from aecore.runs import control
from aecore.runs.store import RunStore
from aecore.training.observer import Progress

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "aecore"]
STEP = Progress("Training", 1, 2, 0.1, None, 0.5)


def asked(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=PATIENCE,
    )


ENCODINGS = (
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)


@pytest.mark.parametrize("environment", ENCODINGS, ids=["latin-1", "C"])
def test_what_the_output_cannot_encode_is_escaped(environment, tmp_path):
    picture = tmp_path / "漢\N{GRINNING FACE}é.png"
    Image.new("L", (28, 28), 128).save(picture)
    arguments = ("reconstruct", "linear", str(picture), "--out", str(tmp_path / "out"))
    done = asked(*arguments, **environment)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    done = asked(*arguments, "--json", **environment)
    (row,) = json.loads(done.stdout.decode("ascii"))["images"]
    assert Path(row["file"]).exists()
    if "LC_ALL" not in environment:  # else the name cannot even be read
        assert row["name"] == picture.name


@pytest.mark.parametrize("command", [("--help",), ("train", "sparse", "--help"), ("types",)])
def test_help_is_printed_in_any_encoding(command):
    done = asked(*command, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stdout and not done.stderr


def test_a_reader_that_has_seen_enough_is_no_fault():
    done = subprocess.run(
        [*COMMAND, "types"],
        cwd=ROOT,
        stdout=closed_pipe(),
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
    )
    assert done.returncode == 1 and done.stderr == b""


def closed_pipe() -> int:
    """The end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.slow
def test_ctrl_c_ends_the_reading_of_images_and_its_processes(tmp_path):
    picture = encoded(Image.new("RGB", (6000, 6000), "red"))  # decoding it takes a moment
    packed = tmp_path / "large.zip"
    packed.write_bytes(zipped([(f"{number}.png", picture) for number in range(500)]))
    reading = subprocess.Popen(
        [*COMMAND, "score", "linear", str(packed)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        children = []
        while len(children) < 2:  # the template, and the reader that it forked
            assert reading.poll() is None
            children = psutil.Process(reading.pid).children(recursive=True)
            time.sleep(0.05)
        reading.send_signal(signal.SIGINT)
        _, told = reading.communicate(timeout=PATIENCE)
    finally:
        reading.kill()
    assert reading.returncode == 130 and told == "Interrupted.\n"
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize("state, epoch", [("queued", 0), ("training", 1)])
def test_an_interrupted_training_says_how_to_go_on(state, epoch, tmp_path):
    """Once while TensorFlow is imported, once during the epochs."""
    training = subprocess.Popen(
        [*COMMAND, "train", "deep", "--dataset", "digits", "--epochs", "1000"],
        cwd=ROOT,
        env={**os.environ, "AUTOENCODER_STUDIO_RUNS": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: training.poll() is not None or has_come(tmp_path, state, epoch))
        assert training.poll() is None
        training.send_signal(signal.SIGINT)
        _, told = training.communicate(timeout=PATIENCE)
    finally:
        training.kill()
    (run,) = RunStore(tmp_path).runs()
    assert training.returncode == 130 and "Traceback" not in told, told
    assert told.endswith(
        f"`python -m aecore resume {run.id}` continues the training.\nInterrupted.\n"
    )
    assert run.status().state == "interrupted" and "keyboard" in run.status().message


def test_a_training_interrupted_just_after_its_run_was_created_says_how_to_go_on(
    tmp_path, monkeypatch, capsys
):
    enqueue = control.enqueue

    def enqueue_and_interrupt(run):
        signal.raise_signal(signal.SIGINT)
        return enqueue(run)

    monkeypatch.setattr(control, "enqueue", enqueue_and_interrupt)
    assert main(["train", "linear", "--dataset", "digits", "--runs", str(tmp_path)]) == 130
    (run,) = RunStore(tmp_path).runs()
    assert f"resume {run.id}" in capsys.readouterr().err and run.status().state == "interrupted"


def test_a_run_is_known_to_be_alive_while_tensorflow_is_imported(tmp_path, monkeypatch):
    beats = []

    def import_slowly():
        (run,) = RunStore(tmp_path).runs()
        over = time.monotonic() + PATIENCE
        while len(beats) < 3 and time.monotonic() < over:
            if (beat := run.status().heartbeat) not in beats:
                beats.append(beat)

    monkeypatch.setattr("aecore.compute.recorder.HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("aecore.commands.training.import_keras", import_slowly)
    arguments = ("train", "linear", "--dataset", "digits", "--epochs", "1", "--samples", "100")
    assert main([*arguments, "--runs", str(tmp_path)]) == 0 and len(beats) == 3


def test_ctrl_c_waits_for_the_end_of_a_step_and_a_second_does_not(capfd):
    heard = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), ProgressBar(quiet=True) as bar:  # raised at its end
        bar.progress(STEP)
        signal.raise_signal(signal.SIGINT)  # amid the code of a library: nothing is raised there
        assert "press Ctrl-C again" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):  # also if the library swallowed the second
            bar.progress(STEP)
    assert signal.getsignal(signal.SIGINT) is heard


def test_a_second_ctrl_c_that_a_library_turns_into_an_error_is_still_ctrl_c(
    tmp_path, monkeypatch, capsys
):
    def fit(*_):
        signal.raise_signal(signal.SIGINT)
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as pressed:
            raise SystemError("returned a result with an exception set") from pressed

    monkeypatch.setattr("aecore.compute.training.fit", fit)
    assert main(["train", "linear", "--dataset", "digits", "--runs", str(tmp_path)]) == 130
    (run,) = RunStore(tmp_path).runs()
    assert run.status().state == "interrupted" and "keyboard" in run.status().message
    assert capsys.readouterr().err.endswith("continues the training.\nInterrupted.\n")


def test_ctrl_c_after_the_last_step_leaves_a_finished_run(tmp_path, monkeypatch, capsys):
    def make_report_while_interrupted(*given):
        signal.raise_signal(signal.SIGINT)
        return make_report(*given)

    monkeypatch.setattr("aecore.compute.training.make_report", make_report_while_interrupted)
    arguments = ("train", "linear", "--dataset", "digits", "--epochs", "1", "--samples", "100")
    assert main([*arguments, "--runs", str(tmp_path)]) == 130
    (run,) = RunStore(tmp_path).runs()
    assert run.status().state == "finished" and run.usable
    told = capsys.readouterr().err
    assert told.endswith("Interrupted.\n") and "resume" not in told


def has_come(folder: Path, state: str, epoch: int) -> bool:
    """Whether the run in a folder has this state and has trained so many epochs."""
    statuses = [run.status() for run in RunStore(folder).runs()]
    return any(status.state == state and status.epoch >= epoch for status in statuses)
