"""Trainings on few images are made long enough, and then learn something."""

import numpy as np
import pytest
from photos import photo
from ugly import encoded

from aecore.data.datasets import load
from aecore.data.images.making import Plan, make_set
from aecore.data.images.preparation import Preparation
from aecore.training.experiment import Experiment
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver
from aecore.training.steps import FEW, count_steps, suited


@pytest.mark.parametrize("images", [15, 63, 64, 154, 500, 1_318, 5_000])
def test_few_images_get_enough_steps_and_no_more_advice(key, images):
    dataset = "own-a-32-colour-01234567"
    better = suited(Experiment.of(key, dataset=dataset, epochs=2), images)
    steps = count_steps(better, images)
    assert FEW <= steps <= 2_000 and better.batch_size <= 16
    assert suited(better, images) is None


def test_steps_are_those_the_training_takes():
    experiment = Experiment.of("linear", batch_size=512, epochs=3)
    assert count_steps(experiment, 55_000) == 107 * 3
    assert count_steps(experiment, 20) == 3  # one batch an epoch, of all there are
    assert count_steps(experiment.replace(samples=1_030), 55_000) == 2 * 3


def test_with_many_images_few_epochs_are_a_choice():
    assert suited(Experiment.of("linear", epochs=1), 55_000) is None
    assert suited(Experiment.of("linear", epochs=1, samples=400), 55_000) is not None


@pytest.mark.slow
def test_the_convolutional_type_learns_two_hundred_photos(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    plan = Plan("Photos", 32, 3, False, Preparation("keep", False, False, "fill"))
    files = [(f"{i}.png", encoded(photo(i, 80, 60), "PNG")) for i in range(200)]
    key = make_set(files, plan).key
    data = load(key)
    experiment = suited(Experiment.of("convolutional", dataset=key), len(data.training))
    model = build(experiment, data.training.images)
    assert fit(model, experiment, data, NoObserver()).reason == "finished"
    clean = data.test.images
    error = np.square(np.asarray(model(clean)) - clean).mean()
    of_the_mean = np.square(data.training.images.mean(axis=0) - clean).mean()
    assert error < 0.5 * of_the_mean
