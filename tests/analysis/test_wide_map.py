"""More samples on the map of codes than a report keeps."""

import numpy as np
import pytest

from aecore.analysis import wide_map
from aecore.analysis.latent import latent_map
from aecore.analysis.wide_map import Mapped, among, map_samples, neighbour_map
from aecore.data.splits import Dataset, Split

RANDOM = np.random.default_rng(0)
NONE = ("none", 0.0)


class Halving:
    """A model without a network: its code is the first three values, its output half of all."""

    def __call__(self, inputs):
        return inputs / 2

    def get_layer(self, name):
        return lambda inputs: inputs[:, :3]


def split(count: int) -> Split:
    rows = RANDOM.normal(size=(count, 5)).astype(np.float32)
    return Split(rows, RANDOM.integers(0, 3, count))


@pytest.fixture(scope="module")
def data() -> Dataset:
    return Dataset(training=split(50), validation=split(7), test=split(20))


def told(stage: str, share: float) -> None:
    assert 0 <= share <= 1


def test_test_samples_come_first_and_lie_where_the_report_has_them(data, monkeypatch):
    monkeypatch.setattr(wide_map, "CHUNK", 8)
    latent = latent_map(data.test.images[:, :3])
    few = map_samples("test", Halving(), data, latent, NONE, told)
    found = map_samples("all", Halving(), data, latent, NONE, told)
    assert len(few.places) == few.tested == found.tested == 20 and len(found.places) == 77
    np.testing.assert_allclose(found.places[:20], latent.places, atol=1e-5)
    np.testing.assert_array_equal(few.places, found.places[:20])
    everything = data.at(np.arange(77))
    np.testing.assert_array_equal(everything[20:27], data.validation.images)
    np.testing.assert_array_equal(found.labels[27:], data.training.labels)
    np.testing.assert_allclose(found.errors, np.square(everything / 2).mean(axis=1), rtol=1e-5)
    places = np.array([76, 3, 21])  # in any order
    np.testing.assert_array_equal(data.at(places), everything[places])


def test_a_map_is_bounded_and_is_ended_by_whoever_watches(data, monkeypatch):
    latent = latent_map(data.test.images[:, :3])
    monkeypatch.setattr(wide_map, "MOST", 25)
    assert len(map_samples("all", Halving(), data, latent, NONE, told).labels) == 25

    def stop(stage, share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        map_samples("test", Halving(), data, latent, NONE, stop)


def test_t_sne_keeps_groups_together_and_new_samples_move_nobody(monkeypatch):
    monkeypatch.setattr(wide_map, "EXAGGERATED", 50)
    monkeypatch.setattr(wide_map, "FURTHER", 50)
    labels = np.repeat(np.arange(3), 40)
    centres = 20 * np.eye(3, 4, dtype=np.float32)
    places = centres[labels] + RANDOM.normal(size=(120, 4)).astype(np.float32)
    shares = []
    known = Mapped(places, np.zeros(120), labels, np.zeros(0), 120, of=7)
    found = neighbour_map("test", known, lambda stage, share: shares.append(share))
    positions = found.positions
    assert positions.shape == (120, 2) and found.of == 7 and shares == sorted(shares)
    new = among(centres, places, positions)  # one in the middle of each group
    middles = np.stack([positions[labels == c].mean(axis=0) for c in range(3)])
    distances = np.linalg.norm(new[:, None] - middles[None], axis=2)
    assert distances.argmin(axis=1).tolist() == [0, 1, 2]


def test_too_few_samples_lie_along_their_axes():
    known = Mapped(np.ones((4, 1), np.float32), np.zeros(4), np.zeros(4), np.zeros(0), 4, of=0)
    assert neighbour_map("all", known, told).positions.tolist() == [[1, 0]] * 4
