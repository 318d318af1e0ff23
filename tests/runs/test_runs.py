"""Run folders: whole files, true states, damage that stays where it is."""

import contextlib
import dataclasses
import json
import os
import threading
import time

import numpy as np
import pytest
from small import small_experiment

from aecore.analysis.report import Report, ReportError
from aecore.compute.training import train
from aecore.models import AUTOENCODERS
from aecore.runs import run as runs_run
from aecore.runs.files import read_arrays, write_arrays, write_json, write_whole
from aecore.runs.requests import STOP, request
from aecore.runs.status import Status
from aecore.runs.store import DeletionRefused, NotFound, RunStore, shipped
from aecore.training.observer import NoObserver


@pytest.fixture
def runs(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of two epochs."""
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small_experiment("denoising", epochs=2))
    train(run)
    return run


def test_a_finished_run_has_everything(finished):
    status = finished.status()
    assert status.state == "finished" and not status.active
    assert status.epoch == 2 and status.fraction == 1 and status.seconds > 0
    history = finished.history()
    assert history["epoch"].tolist() == [1, 2]
    assert {"loss", "val_loss"} <= set(history)
    previews = finished.previews()
    assert previews["outputs"].shape[1:] == (10, 8, 8, 1)
    assert previews["epochs"][0] == 0 and previews["epochs"][-1] == 2
    assert not np.array_equal(previews["originals"], previews["inputs"])
    assert finished.usable and finished.problem() == ""
    assert not list(finished.path.glob(".partial*"))


def test_the_report_is_whole(finished):
    report = Report.from_arrays(finished.report_arrays())
    assert len(report.errors) == len(report.labels) == 360
    assert report.metrics["mse"] == pytest.approx(report.errors.mean(), rel=1e-5)
    assert report.metrics["sse"] == pytest.approx(64 * report.metrics["mse"])
    shown = report.errors[report.shown]
    assert shown[report.pick("best")].tolist() == sorted(report.errors)[:10]
    assert shown[report.pick("worst")].tolist() == sorted(report.errors, reverse=True)[:10]
    assert report.labels[report.shown[report.pick("first")]].tolist() == list(range(10))
    threes = report.pick("worst", 3, 5)
    assert (report.labels[report.shown[threes]] == 3).all()
    expected = sorted(report.errors[report.labels == 3], reverse=True)[:5]
    assert shown[threes].tolist() == expected
    assert report.inputs.shape == report.clean.shape == report.outputs.shape
    assert report.architecture.code_size == 8
    again = Report.from_arrays(report.to_arrays())
    np.testing.assert_array_equal(again.latent.places, report.latent.places)
    with pytest.raises(ReportError, match="errors"):
        Report.from_arrays({k: v for k, v in report.to_arrays().items() if k != "errors"})


def test_runs_are_listed_newest_first_and_by_type(runs):
    first = runs.create(small_experiment("linear"))
    time.sleep(1.1)
    second = runs.create(small_experiment("deep"))
    assert [run.id for run in runs.runs()] == [second.id, first.id]
    assert runs.runs("linear") == [first]
    assert runs.get(first.id) == first
    runs.delete(first)
    with pytest.raises(NotFound):
        runs.get(first.id)


@pytest.mark.parametrize("id", ["", "..", "../etc", "/etc", "a/b", "A", ".hidden", None])
def test_an_id_is_no_path(runs, id):
    with pytest.raises(NotFound):
        runs.get(id)


def test_shipped_runs_are_found_and_cannot_be_deleted(runs):
    for key in AUTOENCODERS:
        assert runs.get(key) == shipped(key) and shipped(key).shipped
    with pytest.raises(DeletionRefused):
        runs.delete(shipped("linear"))


@pytest.mark.parametrize(
    "name, content",
    [
        ("experiment.json", b""),
        ("experiment.json", b"[]"),
        ("experiment.json", b'{"type": "quantum"}'),
        ("experiment.json", b'{"type": "deep", "epochs": -1}'),
        ("status.json", b"{"),
        ("status.json", b'{"state": "dancing"}'),
        ("status.json", b'{"mood": "good"}'),
        ("status.json", b"\xff\xfe"),
        ("history.csv", b"epoch,loss\n1,much\n"),
        ("history.csv", b"\x00\xff\n\n"),
    ],
)
def test_a_damaged_run_says_so_and_harms_no_other(runs, name, content):
    good, bad = runs.create(small_experiment("linear")), runs.create(small_experiment("linear"))
    (bad.path / name).write_bytes(content)
    again = {run.id: run for run in runs.runs()}
    assert name in again[bad.id].problem()
    assert again[good.id].problem() == ""


def test_a_damaged_report_or_missing_model_says_so(finished, runs, tmp_path):
    import shutil

    for number, name in enumerate(("report.npz", "model.keras")):
        copy = runs.directory / f"denoising-2026-{number}"
        shutil.copytree(finished.path, copy)
        if name == "report.npz":
            (copy / name).write_bytes((copy / name).read_bytes()[:500])
        else:
            (copy / name).unlink()
        assert name in runs.get(copy.name).problem()


def test_a_row_not_yet_whole_is_left_out(runs):
    run = runs.create(small_experiment("linear"))
    run.write_history([{"loss": 0.5, "val_loss": 0.6}, {"loss": 0.4, "val_loss": 0.5}])
    with (run.path / "history.csv").open("a") as file:
        file.write("3,0.3")
    assert run.history()["loss"].tolist() == [0.5, 0.4]


def test_an_active_run_without_a_heartbeat_is_interrupted(runs, monkeypatch):
    run = runs.create(small_experiment("linear"))
    run.write_status(dataclasses.replace(run.status(), state="training"))
    assert run.status().state == "training"
    monkeypatch.setattr(runs_run, "STALE_SECONDS", -1)
    assert run.status().state == "interrupted" and not run.status().active
    run.write_status(Status(state="finished"))
    assert run.status().state == "finished"


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "numbers.npz"
    write_arrays(path, {"a": np.arange(3)})

    def fail(partial):
        partial.write_bytes(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, fail)
    np.testing.assert_array_equal(read_arrays(path)["a"], np.arange(3))
    assert [p.name for p in tmp_path.iterdir()] == ["numbers.npz"]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path, over, seen = tmp_path / "status.json", threading.Event(), []

    def read():
        while not over.is_set():
            seen.append(len(json.loads(path.read_text())["text"]))

    write_json(path, {"text": "x" * 10})
    reader = threading.Thread(target=read)
    reader.start()
    for size in range(300):
        write_json(path, {"text": "x" * size * 100})
    over.set()
    reader.join()
    assert len(seen) > 10


def test_a_run_deleted_in_training_ends_quietly(runs):
    run = runs.create(small_experiment("undercomplete", epochs=1000))

    class Deleter(NoObserver):
        def epoch(self, number, terms, model):
            if number == 2:
                runs.delete(run)

    train(run, Deleter())
    assert not run.path.exists()


def test_a_run_is_deleted_though_its_training_writes_at_that_moment(runs, monkeypatch):
    run, rmdir = runs.create(small_experiment("undercomplete")), os.rmdir

    def late(path, **options):
        with contextlib.suppress(FileNotFoundError):
            (run.path / "late").touch()
        rmdir(path, **options)

    monkeypatch.setattr(os, "rmdir", late)
    runs.delete(run)
    assert not run.path.exists() and not list(runs.directory.glob(".trash-*"))


def test_a_stopped_run_keeps_a_usable_model(runs):
    run = runs.create(small_experiment("undercomplete", epochs=1000))

    class Stopper(NoObserver):
        def epoch(self, number, terms, model):
            if number == 3:
                request(run, STOP)

    assert train(run, Stopper()).state == "stopped"
    assert run.usable and run.problem() == ""


def test_a_run_stopped_before_it_began_has_no_model(runs):
    run = runs.create(small_experiment("undercomplete"))
    request(run, STOP)
    assert train(run).state == "stopped"
    assert not run.model_path.exists() and "before training started" in run.status().message


def test_a_failure_stands_in_the_status(runs, monkeypatch):
    run = runs.create(small_experiment("undercomplete"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aecore.compute.training.make_report", full)
    with pytest.raises(OSError):
        train(run)
    assert run.status().state == "failed" and "No space left" in run.status().message


def test_a_run_put_aside_can_be_put_back(runs):
    run, other = (runs.create(small_experiment("linear")) for _ in range(2))
    for each in (run, other):
        each.write_status(Status("finished"))
    aside = runs.put_aside(run)
    assert runs.runs() == [other] and not run.path.exists()
    with pytest.raises(NotFound):
        runs.get(run.id)
    runs.put_aside(other)  # a second deletion leaves the first one its way back
    assert runs.put_back(aside) == run and runs.runs() == [run]
    with pytest.raises(DeletionRefused, match="too long ago"):
        runs.put_back(aside)


def test_a_run_put_back_is_given_another_id_if_its_own_was_taken(runs):
    run = runs.create(small_experiment("linear"))
    run.write_status(Status("finished"))
    aside = runs.put_aside(run)
    run.path.mkdir()
    (run.path / "status.json").write_text("{")
    back = runs.put_back(aside)
    assert back.id != run.id and back.status().state == "finished"
    assert {each.id for each in runs.runs("linear")} == {run.id, back.id}


def test_what_was_put_aside_long_ago_is_removed(runs, monkeypatch):
    run = runs.create(small_experiment("linear"))
    run.write_status(Status("finished"))
    runs.put_aside(run)
    runs.empty_trash()
    assert len(list(runs.directory.iterdir())) == 1
    monkeypatch.setattr("aecore.runs.store.UNDO_SECONDS", -1)
    runs.empty_trash()
    assert list(runs.directory.iterdir()) == []


def test_what_is_shipped_or_in_training_is_not_put_aside(runs):
    with pytest.raises(DeletionRefused, match="in training"):
        runs.put_aside(runs.create(small_experiment("linear")))
    with pytest.raises(DeletionRefused):
        runs.put_aside(shipped("linear"))
    assert shipped("linear").usable
