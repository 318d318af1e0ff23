"""Measurements and searches as a worker does them, and what the server knows of them."""

import json
import os
import time

import numpy as np
import pytest
from small import small_experiment
from waiting import wait_until

from aecore.analysis import wide_map
from aecore.analysis.report import Report
from aecore.analysis.wide_map import MappedAll, NeighboursAll, stamp
from aecore.compute import measuring
from aecore.compute.answers import place
from aecore.compute.mapping import MAPS
from aecore.compute.mapping import samples as samples_at
from aecore.compute.measuring import Measurements, measure_in_worker
from aecore.compute.searching import alike
from aecore.compute.training import train
from aecore.data.datasets import load
from aecore.runs.maps import pictures_path
from aecore.runs.progress import Progress, stop_requested
from aecore.runs.store import RunStore
from aecore.runs.studies import kept
from aecore.runs.transfers import TRANSFERS
from aecore.transfer.few_labels import FewLabels
from aecore.transfer.labelled import NotClassified

NAME = FewLabels.name


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small_experiment("linear"))
    train(run)
    return run


@pytest.fixture(autouse=True)
def nothing_left(run):
    yield
    for path in run.path.glob("measuring-*"):
        path.unlink()


class Client:
    """Takes what it is given, and is done when it is told."""

    def __init__(self):
        self.finished = self.cancelled = self.released = False
        self.given = []

    def submit(self, *given, **_):
        self.given.append(given)
        return self

    def done(self):
        return self.finished

    def cancel(self):
        self.cancelled = self.finished = True

    def release(self):
        self.released = True


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def measurements(client):
    class Workers:
        def client(self):
            return client

    return Measurements(Workers())


def test_a_measurement_is_made_once_and_kept(run, measurements, client):
    measurements.start(run, NAME)
    measurements.start(run, NAME)  # by a second visitor
    assert len(client.given) == 1 and measurements.progress(run, NAME).stage.startswith("Waiting")
    measure_in_worker(*client.given[0][1:])
    client.finished = True
    assert measurements.progress(run, NAME) is None and measurements.problem(run, NAME) == ""
    found = kept(run, FewLabels)
    assert found.counts == [10, 100, 1000, 1318] and found.judged == 360
    assert np.mean(found.accuracies["code"]["linear"][1]) > 0.6  # of ten classes


def test_progress_is_told_and_a_stop_ends_it(run, measurements, monkeypatch):
    seen = []

    def slow(model, known, watch):
        seen.append(measurements.progress(run, "slow"))
        measurements.stop(run, "slow")
        watch("Later", 0.6)
        raise AssertionError("it goes on")

    monkeypatch.setitem(TRANSFERS, "slow", slow)
    measurements.start(run, "slow")
    measure_in_worker(str(run.path), "slow")
    assert seen[0].stage == "Reading the data"
    assert not list(run.path.glob("measuring-*"))
    assert Progress("a", 0.25, began=100.0, heartbeat=110.0).seconds_left == pytest.approx(30)


def test_one_that_waits_is_taken_out_of_the_queue(run, measurements, client):
    measurements.start(run, NAME)
    measurements.stop(run, NAME)
    assert client.cancelled and measurements.progress(run, NAME) is None


def test_a_stop_before_the_worker_told_anything_is_found_by_it(run, measurements, monkeypatch):
    def measured(model, known, watch):
        raise AssertionError("it goes on")

    monkeypatch.setitem(TRANSFERS, "slow", measured)
    measurements.start(run, "slow")
    measurements.stop(run, "slow")  # of what has begun a cancelled future stops nothing
    measure_in_worker(str(run.path), "slow")
    assert not list(run.path.glob("measuring-*"))
    measurements.start(run, "slow")
    assert not stop_requested(run, "slow")


def test_what_has_ended_is_not_held_to_be_made_again(run, measurements, client):
    measurements.start(run, NAME)
    assert not client.released
    client.finished = True
    wait_until(lambda: client.released)


def test_why_it_ended_without_a_result_is_told(run, measurements, client, monkeypatch):
    def refused(model, known, watch):
        raise NotClassified("Nothing to {}.", "classify")

    monkeypatch.setitem(TRANSFERS, "refused", refused)
    measurements.start(run, "refused")
    measure_in_worker(str(run.path), "refused")
    assert measurements.problem(run, "refused") == "Nothing to classify."
    measurements.start(run, "refused")  # again: the problem is of before
    assert measurements.problem(run, "refused") == ""
    client.finished = True  # and the worker died
    assert measurements.problem(run, "refused") == measuring.LOST


@pytest.mark.parametrize("name", ["few-labels", "generation", "compression", "map-test"])
def test_what_began_before_the_model_was_replaced_is_not_kept(run, measurements, monkeypatch, name):
    def slow(*given, **words):
        os.utime(run.model_path)  # as if a continued training had just written its own
        return Study()

    class Study:
        def to_arrays(self):
            return {"words": np.array("of the old weights")}

    monkeypatch.setitem(TRANSFERS, "few-labels", slow)
    monkeypatch.setitem(MAPS, "map-test", slow)
    monkeypatch.setattr("aecore.runs.generating.study_generation", slow)
    monkeypatch.setattr("aecore.runs.codecs.measure_codec", slow)
    before = set(run.path.glob("study-*"))
    measurements.start(run, name)
    measure_in_worker(str(run.path), name)
    assert "trained further in the meantime" in measurements.problem(run, name)
    assert set(run.path.glob("study-*")) == before


def test_another_server_sees_it_while_its_heart_beats(run, measurements):
    path = run.path / f"measuring-{NAME}.json"
    path.write_text(json.dumps({"stage": "Encoding", "heartbeat": time.time()}))
    assert measurements.progress(run, NAME).stage == "Encoding"
    path.write_text(json.dumps({"stage": "Encoding", "heartbeat": time.time() - 1000}))
    assert measurements.progress(run, NAME) is None
    path.write_text("not json")
    assert measurements.progress(run, NAME) is None and measurements.problem(run, NAME) == ""


def test_a_training_sample_is_nearest_to_itself(run):
    training = load(run.dataset).training
    sample = training.images[17]
    assert alike(str(run.path), sample, 5, patient=False) is None  # not encoded yet
    found = alike(str(run.path), sample, 5, patient=True)
    assert found.places[0] == 17 and found.distances[0] < 1e-5 and found.searched == len(training)
    np.testing.assert_array_equal(found.samples[0], sample)
    assert found.labels.tolist() == training.labels[found.places].tolist()
    again = alike(str(run.path), sample, 5, patient=False)
    assert again.places.tolist() == found.places.tolist()


def test_all_samples_come_onto_the_map_of_a_run_and_are_drawn_once(run, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(run.path.parent))
    monkeypatch.setattr(wide_map, "EXAGGERATED", 50)
    monkeypatch.setattr(wide_map, "FURTHER", 50)
    for name in ("map-all", "tsne-all"):
        measure_in_worker(str(run.path), name)
    data = load(run.dataset)
    count = len(data.test) + len(data.validation) + len(data.training)
    mapped, near = kept(run, MappedAll), kept(run, NeighboursAll)
    report = Report.from_arrays(run.report_arrays())
    assert len(mapped.labels) == len(near.positions) == count == 1797
    assert mapped.of == near.of == stamp(report.latent)
    np.testing.assert_allclose(mapped.places[:360], report.latent.places, atol=1e-4)
    np.testing.assert_allclose(mapped.errors[:360], report.errors, rtol=1e-4)
    drawn = pictures_path(run.dataset, "all")
    assert b'"drawn": "image"' in drawn.read_bytes()
    made = drawn.stat().st_mtime_ns
    measure_in_worker(str(run.path), "map-all")
    assert drawn.stat().st_mtime_ns == made  # whichever run asks next
    samples = data.training.images[:3]
    own = place(str(run.path), samples, ("none", 0.0), None, "all").neighbours
    alone = near.positions[count - len(data.training) :][:3]
    assert np.linalg.norm(own - alone, axis=1).max() < 0.3 * np.ptp(near.positions, axis=0).max()
    np.testing.assert_array_equal(samples_at(run.dataset, np.array([count - 1, 0]))[1],
                                  (data.test.images[0] * 255).round())  # fmt: skip
