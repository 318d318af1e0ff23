"""The training loop: it stops, it diverges in words, it keeps the best."""

import random
import threading

import numpy as np
import pytest
from small import small_experiment

from aecore.data.corruption import CORRUPTIONS
from aecore.data.datasets import Dataset
from aecore.models.base import for_use
from aecore.training.experiment import OPTIMIZERS, SCHEDULES
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver


class Watcher(NoObserver):
    """Remembers what it was told; asks to stop after so many reports."""

    def __init__(self, patience: int = 10**9):
        self.reports, self.rows, self.patience = [], [], patience

    def progress(self, progress):
        self.reports.append(progress)

    def epoch(self, number, terms, model):
        self.rows.append((number, terms))

    def stop_requested(self):
        return len(self.reports) > self.patience


def run(experiment, data, watcher=None):
    model = build(experiment, data.training.images)
    return model, fit(model, experiment, data, watcher or NoObserver())


def test_progress_grows_to_the_end(digits):
    watcher = Watcher()
    _, outcome = run(small_experiment("undercomplete", epochs=5), digits, watcher)
    fractions = [report.fraction for report in watcher.reports]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    assert watcher.reports[-1].seconds_left == 0
    assert [number for number, _ in watcher.rows] == [1, 2, 3, 4, 5]
    assert [terms for _, terms in watcher.rows] == outcome.history


def test_the_history_is_that_of_keras_fit(digits):
    import keras

    experiment = small_experiment("undercomplete", epochs=1, batch_size=len(digits.training))
    model, outcome = run(experiment, digits)
    plain = build(experiment, digits.training.images)
    plain.compile(optimizer=keras.optimizers.Adam(experiment.learning_rate), loss="bce")
    images, held = digits.training.images, digits.validation.images
    loss = plain.fit(images, images, batch_size=len(images), verbose=0).history["loss"][0]
    assert outcome.history[0]["loss"] == pytest.approx(loss, rel=1e-4)
    assert outcome.history[0]["val_loss"] == pytest.approx(
        plain.evaluate(held, held, verbose=0), rel=1e-3
    )
    for mine, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)


def test_a_stop_is_heeded_within_an_epoch(digits):
    _, outcome = run(small_experiment("undercomplete", epochs=1000), digits, Watcher(30))
    assert outcome.reason == "stopped" and outcome.epochs < 30


def test_a_stop_is_heeded_in_pretraining(digits):
    experiment = small_experiment("deep", {"pretraining_epochs": 50})
    _, outcome = run(experiment, digits, Watcher(2))
    assert outcome.reason == "stopped" and "pre-training" in outcome.message


@pytest.mark.parametrize("loss, output", [("mse", "linear"), ("bce", "sigmoid")])
def test_divergence_ends_in_words_and_good_weights(digits, loss, output):
    experiment = small_experiment(
        "undercomplete",
        {
            "output_activation": output,
            "encoder_layers": (32, 32),
            "latent_activation": "linear",
        },
        loss=loss,
        optimizer="sgd",
        schedule="constant",
        learning_rate=100.0,
        epochs=30,
        batch_size=16,
    )
    model, outcome = run(experiment, digits)
    if loss == "bce":  # saturates without ever leaving the numbers
        assert outcome.reason in ("finished", "diverged")
    else:
        assert outcome.reason == "diverged"
        assert "became NaN or infinite" in outcome.message and "below 100" in outcome.message
    for weights in model.get_weights():
        assert np.isfinite(weights).all()
    assert np.isfinite(for_use(model)(digits.test.images[:5])).all()


def test_early_stopping_goes_back_to_the_best_weights(digits):
    few = Dataset(
        type(digits.training)(digits.training.images[:32], digits.training.labels[:32]),
        digits.validation,
        digits.test,
    )
    experiment = small_experiment(
        "overcomplete", epochs=1000, patience=4, schedule="constant", learning_rate=0.01
    )
    model, outcome = run(experiment, few)
    held = [terms["val_loss"] for terms in outcome.history]
    assert outcome.reason == "early"
    assert len(held) - 1 - int(np.argmin(held)) == 4
    images = digits.validation.images
    assert model.evaluate(images, images, verbose=0) == pytest.approx(min(held), rel=0.02)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(digits, optimizer):
    rate = 0.5 if optimizer == "sgd" else 3e-3
    experiment = small_experiment(
        "undercomplete", epochs=6, optimizer=optimizer, learning_rate=rate
    )
    _, outcome = run(experiment, digits)
    assert outcome.history[-1]["loss"] < outcome.history[0]["loss"]


def test_schedules_end_where_they_say(digits):
    rates = {}
    for schedule in SCHEDULES:
        model, _ = run(small_experiment("linear", schedule=schedule, epochs=2), digits)
        rates[schedule] = float(model.optimizer.learning_rate)
    assert rates["constant"] == pytest.approx(1e-2)
    assert rates["cosine"] == pytest.approx(1e-5, rel=0.01)
    assert rates["exponential"] == pytest.approx(1e-5, rel=0.2)


@pytest.mark.parametrize("kind", [kind for kind in CORRUPTIONS if kind != "none"])
def test_any_type_can_learn_from_corrupted_images(digits, kind):
    experiment = small_experiment("undercomplete", corruption=kind)
    assert np.isfinite(run(experiment, digits)[1].history[0]["val_loss"])


def test_fewer_images_than_a_batch_are_enough(digits):
    few = Dataset(
        *(
            type(part)(part.images[:n], part.labels[:n])
            for part, n in ((digits.training, 20), (digits.validation, 3), (digits.test, 3))
        )
    )
    _, outcome = run(small_experiment("convolutional", epochs=2, batch_size=256), few)
    assert outcome.reason == "finished" and len(outcome.history) == 2


def test_no_other_thread_changes_the_starting_weights():
    over = threading.Event()

    def draw():
        while not over.is_set():
            random.random()

    experiment, images = small_experiment("deep"), np.zeros((1, 8, 8, 1), np.float32)
    quiet = build(experiment, images).get_weights()
    thread = threading.Thread(target=draw)
    thread.start()
    try:
        busy = build(experiment, images).get_weights()
    finally:
        over.set()
        thread.join()
    for mine, theirs in zip(quiet, busy, strict=True):
        np.testing.assert_array_equal(mine, theirs)
