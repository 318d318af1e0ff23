"""Judgements under way: their progress, their stop, and what pages see of them."""

import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from made_runs import made_run
from waiting import PATIENCE

from aecore.compute.calls import Calls
from aecore.compute.judging import MEASURING, NAME, Judging, Judgings
from aecore.data.refusal import Refusal
from aecore.detection.detector import Detector
from aecore.detection.thresholds import false_alarms
from aecore.environment import runs_directory
from aecore.runs.detectors import beside, keep_detector
from aecore.runs.progress import watched
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped


class Worker(Calls):
    """Stands for the calls: tells one part after another until it is let go."""

    def __init__(self, problem: Exception | None = None):
        self.told, self.go, self.problem = threading.Event(), threading.Event(), problem

    def judge(self, run, score) -> Any:
        if self.problem is not None:
            raise self.problem
        while not self.go.is_set():
            watched(Run(run), NAME)("Baseline: PCA", 0.5)
            self.told.set()
            self.go.wait(0.01)
        return SimpleNamespace(score=score)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def run():
    return made_run(RunStore(runs_directory()), dataset="digits")


def test_its_progress_is_seen_and_its_result_is_measured_in_the_background(run):
    worker, seen, known = Worker(), [], Judgings()
    work = known.begin(worker, run, "code", lambda found: seen.append((found, work.progress.stage)))
    assert worker.told.wait(PATIENCE)
    told = work.progress
    assert told.stage == "Baseline: PCA" and 0 < told.fraction < 0.5 and work.state == "working"
    assert known.begin(worker, run, "", print) is work is known.of(run)  # one at a time
    worker.go.set()
    work.wait(PATIENCE)
    ((found, doing),) = seen
    assert (work.state, work.judgement, found.score) == ("finished", found, "code")
    assert doing == MEASURING
    known.forget(run)
    assert known.of(run) is None


def test_it_is_stopped_and_begun_again(run):
    worker = Worker()
    work = Judging(worker, run, "", print)
    assert worker.told.wait(PATIENCE)
    work.stop()
    work.wait(PATIENCE)
    assert work.state == "stopped" and work.judgement is None
    worker.go.set()
    again = Judging(worker, run, "", lambda found: None)
    again.wait(PATIENCE)
    assert again.state == "finished"


def test_a_stop_is_answered_before_a_worker_has_begun(run):
    asleep, known = Worker(), Judgings()
    started = threading.Event()

    def judge(path, *rest):
        started.set()
        asleep.go.wait(PATIENCE)  # the workers start
        watched(Run(path), NAME)("Reading the data", 0.0)
        return SimpleNamespace(score="")

    asleep.judge = judge
    work = known.begin(asleep, run, "", print)
    assert started.wait(PATIENCE) and work.progress.stage == "Waiting for a worker"
    work.stop()
    assert work.state == "stopped" and not work.at_rest
    known.forget(run)
    awake = Worker()
    awake.go.set()
    again = known.begin(awake, run, "code", lambda found: None)
    assert again.state == "working"  # it waits for the other to end
    asleep.go.set()
    again.wait(PATIENCE)
    assert again.state == "finished" and work.at_rest and work.judgement is None


@pytest.mark.parametrize("problem", [Refusal("There is {}.", "no data"), ValueError("odd")])
def test_why_it_failed_is_told(run, problem):
    work = Judging(Worker(problem), run, "", print)
    work.wait(PATIENCE)
    assert work.state == "failed" and str(problem) in str(work.problem)


def test_work_on_a_deleted_run_does_not_bring_its_folder_back(run):
    store, worker, known = RunStore(runs_directory()), Worker(), Judgings()
    aside = store.put_aside(run)
    worker.go.set()
    known.begin(worker, run, "", lambda found: None).rest()
    calibration = np.arange(40.0)
    threshold = false_alarms(calibration, 0.05)
    with pytest.raises(FileNotFoundError):
        keep_detector(run, Detector("error", {}, threshold, calibration, (), "digits"))
    assert not run.path.exists() and store.put_back(aside).id == run.id


def test_a_shipped_run_has_its_detector_in_the_directory_of_runs():
    folder = beside(shipped("linear")).path
    assert folder.is_relative_to(runs_directory()) and folder.name == "linear"
    assert RunStore(runs_directory()).runs() == []
