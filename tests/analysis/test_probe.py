"""Linear probes see what there is to see, and noise takes it away."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from tiny import dataset, linear_network, subject

from aecore.analysis.probe import NoisyProbe, Probe
from aecore.data.splits import Dataset, Split

SHAPE = (4, 4, 1)


def test_a_probe_is_scikit_learn_on_the_codes():
    data = dataset()
    down = np.random.default_rng(0).normal(size=(16, 5))
    found = Probe.of(subject(linear_network(down, down.T, SHAPE), data))
    before, after = (part.images.reshape(-1, 16) @ down for part in (data.training, data.test))
    expected = LogisticRegression(max_iter=300).fit(before, data.training.labels)
    assert found.accuracies["codes"] == pytest.approx(expected.score(after, data.test.labels))
    assert found.accuracies["raw pixels"] > 0.9 and found.accuracies["PCA"] > 0.9
    assert (found.learnt, found.judged, found.components) == (120, 60, 16)


def test_a_code_that_ignores_noise_keeps_its_probe():
    data = dataset(count=300)
    deaf = linear_network(np.full((16, 1), 1 / 16), np.ones((1, 16)), SHAPE)  # averages noise out
    keen = linear_network(np.eye(16)[:, :1], np.eye(16)[:1], SHAPE)  # looks at one pixel
    calm, nervous = (NoisyProbe.of(subject(model, data)) for model in (deaf, keen))
    assert calm.movement[0] == nervous.movement[0] == 0
    assert calm.movement[-1] < nervous.movement[-1] / 2
    assert calm.accuracy[-1] > nervous.accuracy[-1] + 0.2
    assert (np.diff(nervous.movement) > 0).all()


def test_a_single_class_has_nothing_to_tell_apart():
    split = Split(dataset().test.images, np.zeros(60, int))
    data = Dataset(split, split, split)
    model = linear_network(np.eye(16), np.eye(16), SHAPE)
    assert Probe.of(subject(model, data)).accuracies == {}
    assert len(NoisyProbe.of(subject(model, data)).accuracy) == 0
