"""The film of a training: what it shows, and what it may take of time and space."""

import time

import numpy as np
import pytest
from small import small_experiment

from aecore.analysis.reconstruction import reconstruct
from aecore.compute import camera
from aecore.compute.camera import Camera
from aecore.data.arrays import picture_shape, to_bytes
from aecore.models import AUTOENCODERS
from aecore.runs.film import MOST_BYTES, Film, frames_for, superfluous
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver


class Filming(NoObserver):
    """Takes a frame at every moment."""

    def __init__(self, experiment, data):
        self.camera, self.arrays = Camera(experiment, data), {}

    def moment(self, epochs, loss, model, urgent=False):
        self.arrays = self.camera.take(epochs, loss, model)


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_a_film_changes_nothing_and_ends_with_the_trained_model(key, digits):
    experiment = small_experiment(key, epochs=2)
    model, twin = (build(experiment, digits.training.images) for _ in range(2))
    filming = Filming(experiment, digits)
    fit(model, experiment, digits, filming)
    fit(twin, experiment, digits, NoObserver())
    for mine, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    film = Film.from_arrays(filming.arrays)
    assert film is not None and film.epochs[0] == 0 and film.epochs[-1] == 2
    assert (np.diff(film.epochs) > 0).all() and (film.epochs % 1 > 0).any()  # amid epochs too
    assert film.losses[0] > film.losses[-1] and film.losses[-1] < film.losses[1]
    outputs = reconstruct(filming.camera._plain, filming.camera.inputs)
    assert np.abs(film.outputs[-1] - to_bytes(outputs).astype(int)).max() <= 1
    assert film.places.shape == (len(film), len(film.labels), 2) and film.places[-1].any()


def test_frames_take_a_small_share_of_the_time(digits, monkeypatch):
    """With a clock of our own: steps of 50 ms, frames of 100."""
    now = [0.0]
    monkeypatch.setattr(camera.time, "monotonic", lambda: now[0])
    filmed = Camera(small_experiment("linear"), digits)
    taken, seconds = [], 120
    while now[0] < seconds:
        now[0] += 0.05
        if filmed.due:
            began = now[0]
            filmed.epochs.append(now[0])
            now[0] += 0.1
            filmed.charge(began)
            taken.append(began)
    assert len(taken) * 0.1 <= 0.03 * seconds + camera.GRACE + 0.2
    assert len(taken) > 25 and taken[2] < 5
    assert min(np.diff(taken)) >= camera.APART


def test_a_film_is_small_and_thinned_where_least_is_missed():
    for shape in ((28, 28, 1), (8, 8, 1), (64, 64, 3), (256, 256, 3), (512, 16, 1)):
        images, frames = frames_for(shape)
        assert images >= 4 and frames >= 12
        assert images * frames * np.prod(picture_shape(shape)) <= MOST_BYTES
    epochs = []
    for moment in np.arange(0, 40.01, 0.1):
        epochs.append(moment)
        if len(epochs) > 20:
            del epochs[superfluous(epochs)]
    assert len(epochs) == 20 and epochs[0] == 0 and epochs[-1] == pytest.approx(40)
    gaps = np.diff(np.sqrt(epochs))
    assert gaps.max() < 4 * np.median(gaps)  # no moment is left out for long


def test_a_film_goes_on_where_it_was(digits):
    experiment = small_experiment("linear", epochs=3)
    model = build(experiment, digits.training.images)
    first = Filming(experiment, digits)
    fit(model, experiment, digits, first)
    again = Camera(experiment, digits)
    again.resume_from(Film.from_arrays(first.arrays), 2)
    assert again.epochs[-1] == 2 and len(again.places) == len(again.outputs) == len(again.epochs)
    film = Film.from_arrays(again.take(2.5, 0.1, model))
    assert film is not None and film.epochs[-1] == 2.5
    for part in ("originals", "labels"):  # an earlier version filmed other samples
        changed = Camera(experiment, digits)
        changed.resume_from(Film.from_arrays({**first.arrays, part: first.arrays[part][::-1]}), 2)
        assert changed.due and not changed.outputs
    started = time.monotonic()
    other = Camera(small_experiment("linear", dataset="mnist"), digits)
    other.resume_from(None, 2)
    assert other.due and other.began >= started


def test_a_film_of_an_earlier_version_has_no_codes():
    pictures = np.zeros((3, 4, 8, 8, 1), np.uint8)
    arrays = {"originals": pictures[0], "inputs": pictures[0], "outputs": pictures}
    film = Film.from_arrays(arrays | {"epochs": np.arange(1, 4)})
    assert film is not None and len(film) == 3
    assert film.places.shape == (3, 0, 2) and np.isnan(film.losses).all()
    assert Film.from_arrays({}) is None
