"""Every page through Streamlit's own test harness, without workers."""

import dataclasses
import json
import threading
import time

import numpy as np
import pytest
from opening import open_page
from small import small_experiment

from aecore.compute.calls import Calls
from aecore.compute.jobs import Jobs
from aecore.compute.training import train
from aecore.compute.workers import WorkersUnavailable
from aecore.dashboard import services
from aecore.dashboard.model.walk import walk_range
from aecore.environment import MEMORY
from aecore.runs import control
from aecore.runs.requests import RATE, requested
from aecore.runs.store import RunStore
from aecore.training.changes import Change


def test_an_impossible_setting_is_a_sentence_and_cannot_be_trained():
    app = open_page("sparse", view="Train")
    button = next(b for b in app.button if b.key == "sparse.train")
    assert not button.disabled
    app.selectbox(key="sparse.set.penalty").set_value("top-k").run()
    app.number_input(key="sparse.set.k").set_value(4000).run()
    assert "must not exceed the latent size" in app.error[0].value
    assert next(b for b in app.button if b.key == "sparse.train").disabled
    app.number_input(key="sparse.set.epochs").set_value(5000).run()
    assert app.error[0].value == "Epochs must lie between 1 and 1000; it was 5000."
    app.text_input(key="sparse.set.encoder_layers").set_value("many").run()
    assert "whole numbers separated by commas" in app.error[0].value
    app.text_input(key="sparse.set.encoder_layers").set_value("*many* $x$").run()
    assert r"\*many\* \$x\$" in app.error[0].value
    next(b for b in app.button if b.key == "sparse.defaults").click().run()  # a run of all
    assert not app.error and not app.exception


def test_train_makes_a_run_of_what_was_set(tmp_path):
    app = open_page("undercomplete", view="Train")
    app.number_input(key="undercomplete.set.latent_size").set_value(11)
    app.number_input(key="undercomplete.set.epochs").set_value(3)
    app.selectbox(key="undercomplete.set.dataset").set_value("digits").run()
    next(b for b in app.button if b.key == "undercomplete.train").click().run()
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.experiment.autoencoder.latent_size == 11
    assert run.experiment.epochs == 3 and run.experiment.dataset == "digits"
    assert not app.exception


def test_a_second_press_of_train_is_no_second_run(tmp_path):
    app = open_page("undercomplete", view="Train", dataset="digits")
    for _ in range(2):
        next(b for b in app.button if b.key == "undercomplete.train").click().run()
    assert len(RunStore(tmp_path / "runs").runs()) == 1
    assert any("already running" in words.value for words in app.info) and not app.exception
    app.number_input(key="undercomplete.set.seed").set_value(1).run()
    next(b for b in app.button if b.key == "undercomplete.train").click().run()
    assert len(RunStore(tmp_path / "runs").runs()) == 2


def test_a_finished_run_can_be_chosen_by_link_and_left_by_the_way_back(tmp_path, monkeypatch):
    run = RunStore(tmp_path / "runs").create(small_experiment("undercomplete"))
    train(run)
    app = open_page("undercomplete", run=run.id)
    assert app.selectbox(key="undercomplete.run").value == run.id
    assert not app.error and not app.exception
    with monkeypatch.context() as patch:
        patch.setattr("aecore.dashboard.model.chooser.went_back", lambda: True)
        del app.query_params["run"]
        assert app.run().selectbox(key="undercomplete.run").value == "undercomplete"
    app.selectbox(key="undercomplete.run").set_value(run.id).run()
    RunStore(tmp_path / "runs").put_aside(run)  # by somebody else
    assert "no longer exists" in app.run().warning[0].value
    assert app.selectbox(key="undercomplete.run").value == "undercomplete"
    wrong = open_page("undercomplete", run="undercomplete-nobody")
    assert wrong.selectbox(key="undercomplete.run").value == "undercomplete"
    assert "does not exist" in wrong.warning[0].value


def test_a_link_to_a_shipped_model_survives_a_reload():
    app = open_page("undercomplete", run="undercomplete-penguins")
    assert dict(app.query_params)["run"] == "undercomplete-penguins"
    app.selectbox(key="undercomplete.run").set_value("undercomplete").run()
    assert "run" not in dict(app.query_params) and not app.exception


def test_a_rate_or_epochs_that_cannot_be_are_told_and_not_replaced(tmp_path):
    store = RunStore(tmp_path / "runs")
    done, busy = store.create(small_experiment("linear")), store.create(small_experiment("linear"))
    train(done)
    busy.write_status(dataclasses.replace(busy.status(), state="training"))
    app = open_page("linear", run=done.id, view="Train")
    for button, box, value, words in (
        (f"rate.set.{busy.id}", f"rate.value.{busy.id}", 1e9, "Learning rate must lie between"),
        (f"on.go.{done.id}", f"on.epochs.{done.id}", 5000, "A run has 1 to 1,000 epochs"),
    ):
        app.number_input(key=f"linear.{box}").set_value(value)
        next(b for b in app.button if b.key == f"linear.{button}").click().run()
        assert [words in error.value for error in app.error] == [True] and not app.exception
    assert not requested(busy, RATE) and done.status().state == "finished"


def test_a_diverged_run_is_continued_with_a_smaller_rate(tmp_path, monkeypatch):
    monkeypatch.setattr(
        Jobs,
        "continue_training",
        lambda self, run, epochs, rate, by: control.continue_training(run, epochs, rate),
    )
    rates = {"optimizer": "sgd", "schedule": "constant", "learning_rate": 0.1}
    run = RunStore(tmp_path / "runs").create(small_experiment("linear", epochs=4, **rates))
    run.add_change(Change(30, 100.0))
    assert train(run).state == "diverged"
    app = open_page("linear", run=run.id, view="Train")
    assert "the weights of epoch 1" in " ".join(caption.value for caption in app.caption)
    assert app.number_input(key=f"linear.on.epochs.{run.id}").value == 3
    rate = app.number_input(key=f"linear.on.rate.{run.id}")
    assert rate.value == 10.0
    rate.set_value(0.001)
    next(b for b in app.button if b.key == f"linear.on.go.{run.id}").click().run()
    assert not app.exception and not app.error and run.status().state == "queued"
    assert run.changes() == (Change(20, 0.001, 4, True),)


@pytest.mark.parametrize("state, where", [("training", "Train"), ("failed", "Runs")])
def test_a_link_to_a_run_without_a_model_tells_where_it_is(tmp_path, state, where):
    run = RunStore(tmp_path / "runs").create(small_experiment("linear"))
    run.write_status(dataclasses.replace(run.status(), state=state, message="Too *large*."))
    app = open_page("linear", run=run.id)
    assert app.selectbox(key="linear.run").value == "linear" and not app.warning
    assert f"*{where}*" in app.info[0].value and "Too \\*large\\*." in app.info[0].value


def test_a_damaged_run_is_shown_as_damaged(tmp_path):
    run = RunStore(tmp_path / "runs").create(small_experiment("linear"))
    train(run)
    (run.path / "report.npz").write_bytes(b"PK\x03\x04 no more")
    app = open_page("linear", run=run.id)
    assert "damaged" in app.error[0].value and not app.exception
    app.selectbox(key="linear.run").set_value("linear").run()
    assert not app.error and len(app.metric) == 6


def test_a_walk_goes_back_to_the_middle():
    app = open_page("variational", view="Latent space")
    slider = next(s for s in app.slider if s.label == "z1")
    start = slider.value
    slider.set_value(slider.max).run()
    next(b for b in app.button if b.key == "variational.walk.reset").click().run()
    assert next(s for s in app.slider if s.label == "z1").value == pytest.approx(start, abs=0.011)


def test_a_walk_begins_within_its_range_wherever_the_mean_lies():
    rarely_on = np.where(np.arange(1000) < 3, 50.0, 0.0)  # its mean lies above its quantiles
    for positions in (rarely_on, -rarely_on, np.zeros(5), np.arange(9.0)):
        bottom, middle, top = walk_range(positions)
        assert bottom <= middle <= top and bottom < top


def test_without_workers_there_is_a_sentence(monkeypatch):
    def gone(self, *_, **__):
        raise WorkersUnavailable("The workers could not be started (no room).")

    monkeypatch.setattr(Calls, "rebuild", gone)
    app = open_page("linear")
    assert "could not be started" in app.error[0].value and not app.exception
    assert len(app.metric) == 6


def test_an_interrupted_run_is_told_and_can_be_deleted(tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs")
    run = store.create(small_experiment("deep"))
    monkeypatch.setattr("aecore.runs.run.STALE_SECONDS", -1)
    app = open_page("deep", view="Train")
    assert "Interrupted" in app.warning[0].value
    next(b for b in app.button if b.key == f"deep.delete.{run.id}").click().run()
    assert store.runs() == [] and not app.exception


def test_what_would_take_too_much_memory_is_refused_by_the_form(tmp_path, monkeypatch):
    monkeypatch.setenv(MEMORY, "1")
    app = open_page("undercomplete", view="Train")
    assert not [box for box in app.checkbox if box.key == "undercomplete.gpu"]
    next(b for b in app.button if b.key == "undercomplete.train").click().run()
    assert "GB of memory; only 1.0 GB is available" in app.error[0].value.replace("\\", "")
    assert RunStore(tmp_path / "runs").runs() == []


def test_a_gpu_can_be_asked_for_where_a_cluster_has_one(tmp_path, monkeypatch):
    monkeypatch.setattr("aecore.dashboard.parts.form.has_gpus", lambda: True)
    app = open_page("undercomplete", view="Train", dataset="digits")
    app.checkbox(key="undercomplete.gpu").check().run()
    next(b for b in app.button if b.key == "undercomplete.train").click().run()
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.status().gpu


def test_the_first_visitor_of_a_restarted_server_finds_its_queue_continued(tmp_path, monkeypatch):
    run = RunStore(tmp_path / "runs").create(small_experiment("linear"))
    waited = dataclasses.replace(run.status(), ticket="0badcafe")
    words = dataclasses.asdict(waited) | {"heartbeat": time.time() - 3600}
    (run.path / "status.json").write_text(json.dumps(words))
    submitted, done = [], threading.Event()

    def submit(self, run, *_, by=""):
        submitted.append(run.id)
        done.set()

    monkeypatch.setattr(Jobs, "submit", submit)
    services._wake.clear()
    open_page("runs")
    assert done.wait(60) and submitted == [run.id]
