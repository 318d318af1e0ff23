"""A run that diverged keeps good weights, says whose they are, and can be continued from them."""

import dataclasses

import keras
import numpy as np
import pytest
from small import small_experiment

from aecore.__main__ import main
from aecore.compute.training import train
from aecore.runs import control
from aecore.runs.requests import STOP, requested
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.runs.summary import summary
from aecore.training.changes import Change
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver

STEPS = 20  # an epoch on the digits
LINEAR = {
    "encoder_layers": (32, 32),
    "latent_activation": "linear",
    "output_activation": "linear",
    "activation": "linear",
}


def experiment(**settings):
    """One that learns well, until its rate is raised."""
    usual = {"loss": "mse", "epochs": 6, "optimizer": "adam", "schedule": "constant"}
    return small_experiment("undercomplete", LINEAR, **usual | settings)


def diverged(store: RunStore, at: int, **settings) -> Run:
    """A run whose learning rate becomes far too large in the middle of an epoch."""
    run = store.create(experiment(optimizer="sgd", learning_rate=0.1, **settings))
    run.add_change(Change(5, 0.05))
    run.add_change(Change(at, 100.0))
    assert train(run).state == "diverged"
    return run


def weights(run: Run) -> list:
    return keras.models.load_model(run.model_path).get_weights()


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.mark.parametrize("settings", [{}, {"corruption": "gaussian", "corruption_strength": 0.2}])
def test_a_diverged_run_is_continued_from_its_good_weights(store, digits, settings):
    run = diverged(store, 3 * STEPS + 7, **settings)
    assert "weights of epoch 3 were kept" in run.status().message
    assert (control.good_epoch(run), control.default_epochs(run)) == (3, 3)
    assert control.default_rate(run) == pytest.approx(10.0)
    good = weights(run)
    with pytest.raises(control.RequestRefused, match="smaller learning rate"):
        control.enqueue(run)
    control.continue_training(run, 2, 0.02)
    assert run.changes() == (Change(5, 0.05), Change(3 * STEPS, 0.02, 5, True))
    assert train(run).state == "finished"
    assert run.history()["epoch"].tolist() == [1, 2, 3, 4, 5]
    assert run.history()["val_loss"][-1] < run.history()["val_loss"][2]
    assert not all(np.array_equal(*pair) for pair in zip(weights(run), good, strict=True))
    assert "restarted up to epoch 5" in run.changes()[-1].in_words()
    again = build(run.experiment, digits.training.images)  # experiment and changes are the recipe
    fit(again, run.experiment, digits, NoObserver(), changes=run.changes())
    for mine, theirs in zip(weights(run), again.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_averages_that_are_no_numbers_are_not_taken_along(store, digits):
    """Adam's moments are spoilt by then: continuing with them would diverge at once."""
    run = store.create(experiment(learning_rate=100.0, optimizer="adam", epochs=3))
    run.add_change(Change(0, 1e-3))
    run.add_change(Change(STEPS + 3, 100.0))
    seen = []

    class Spoiler(NoObserver):
        def epoch(self, number, terms, model):
            seen.append(model)

        def progress(self, progress):
            if progress.epoch == 2 and seen and progress.loss is not None:
                seen[0].trainable_variables[0].assign(
                    np.full(seen[0].trainable_variables[0].shape, np.nan)
                )

    assert train(run, Spoiler()).state == "diverged"
    control.continue_training(run, 2, 1e-3)
    assert train(run).state == "finished" and len(run.history()["epoch"]) == 3
    for values in weights(run):
        assert np.isfinite(values).all()


def test_one_that_diverges_at_once_is_continued_from_its_start(store):
    run = diverged(store, 6)
    assert "starting weights were kept" in run.status().message and not run.history()
    assert (control.good_epoch(run), control.default_epochs(run)) == (0, 6)
    control.continue_training(run, 1, 0.05)
    assert train(run).state == "finished" and run.history()["epoch"].tolist() == [1]


@pytest.mark.parametrize("loss", [1e18, 3.6e23, -3.4e38])
def test_a_run_whose_loss_is_huge_can_be_read_and_stopped(store, loss):
    run = store.create(experiment())
    run.write_status(dataclasses.replace(run.status(), state="training", loss=loss))
    assert run.status().loss == loss and summary(run).state == "training"
    control.ask_stop(run)
    assert requested(run, STOP)


def test_with_patience_the_message_names_the_epoch_whose_weights_were_kept(store, monkeypatch):
    losses = iter([0.5, 0.2, 0.3, 0.4, 0.1])
    monkeypatch.setattr(
        "aecore.training.fit._Fit._epoch",
        lambda self: (
            self.model.layers[-1].set_weights([w + 1 for w in self.model.layers[-1].get_weights()])
            or ({"loss": 1.0, "val_loss": loss}, "")
            if (loss := next(losses)) != 0.4
            else ({}, "diverged")
        ),
    )
    run = store.create(experiment(patience=9))
    assert train(run).state == "diverged"
    assert "in epoch 4; the weights of epoch 2 were kept" in run.status().message
    assert control.good_epoch(run) == 2
    monkeypatch.undo()
    control.continue_training(run, 1, 1e-4)
    assert run.changes() == (Change(2 * STEPS, 1e-4, 3, True),)
    assert train(run).state == "finished" and len(run.history()["epoch"]) == 3


def test_the_command_line_continues_it(store, capsys):
    run = diverged(store, STEPS + 7, epochs=3)
    place = ["--runs", str(store.directory), "--json"]
    assert main(["resume", run.id, *place]) == 1
    assert "smaller learning rate" in capsys.readouterr().err
    assert main(["resume", run.id, "--epochs", "1", "--rate", "0.01", *place]) == 0
    assert run.status().state == "finished" and len(run.history()["epoch"]) == 2
    other = diverged(store, STEPS + 7, epochs=3)
    assert main(["resume", other.id, "--rate", "0.01", *place]) == 0
    assert len(other.history()["epoch"]) == 3  # as many as were planned


class Undecided(NoObserver):
    """Asks to leave once the first step was taken, and takes it back before it is asked again."""

    def __init__(self, which: str, nth: int):
        self.which, self.nth, self.asked, self.begun = which, nth, 0, False

    def progress(self, progress):
        self.begun |= progress.epoch > 0

    def stop_requested(self):
        return self._asks("stop")

    def pause_requested(self):
        return self._asks("pause")

    def _asks(self, which):
        counts = self.begun and which == self.which
        self.asked += counts
        return counts and self.asked == self.nth


@pytest.mark.parametrize("which", ["stop", "pause"])
def test_a_request_withdrawn_between_two_looks_changes_nothing(digits, monkeypatch, which):
    monkeypatch.setattr("aecore.training.validation.EVALUATION_BATCH", 10)
    monkeypatch.setattr("aecore.training.epochs.Epochs._steps_a_report", lambda *_: 2)
    whole = build(experiment(epochs=2), digits.training.images)
    told = fit(whole, experiment(epochs=2), digits, NoObserver())
    during_validation = STEPS // 2 + 2
    undecided = Undecided(which, during_validation)
    model = build(experiment(epochs=2), digits.training.images)
    outcome = fit(model, experiment(epochs=2), digits, undecided)
    assert undecided.asked > during_validation
    assert outcome.reason == "finished" and outcome.history == told.history
    for mine, theirs in zip(model.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
