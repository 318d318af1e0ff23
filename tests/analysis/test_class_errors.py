"""Errors by class, against means and intervals worked out in another way."""

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from aecore.analysis.classes import ClassErrors
from aecore.analysis.study import Subject
from aecore.data.splits import Dataset, Split


class Halving:
    """A model that gives half of every image, and has a code of three numbers."""

    def __call__(self, images):
        return np.asarray(images) / 2

    def get_layer(self, name):
        code = type("Tensor", (), {"shape": (None, 3)})
        return type("Decoder", (), {"inputs": [code]})


def test_means_intervals_ink_and_variance(digits):
    study = ClassErrors.of(Subject(Halving(), digits, ("none", 0.0)))
    images = digits.test.images.reshape(len(digits.test), -1)
    known = digits.training.images.reshape(len(digits.training), -1)
    pca = PCA(3).fit(known)
    back = pca.inverse_transform(pca.transform(images))
    assert study.labels.tolist() == list(range(10))
    for label in (0, 7):
        chosen = digits.test.labels == label
        errors = np.square(images[chosen] / 2).sum(axis=1)
        assert study.sse[label] == pytest.approx(errors.mean(), rel=1e-4)
        low, high = stats.norm.interval(0.95, errors.mean(), stats.sem(errors, ddof=0))
        assert study.half[label] == pytest.approx((high - low) / 2, rel=1e-3)
        assert study.ink[label] == pytest.approx(images[chosen].sum(axis=1).mean(), rel=1e-5)
        spread = np.square(images[chosen] - known.mean(axis=0)).sum(axis=1).mean()
        assert study.spread[label] == pytest.approx(spread, rel=1e-4)
        lost = np.square(images - back)[chosen].sum(axis=1).mean()
        assert study.pca[label] == pytest.approx(lost, rel=1e-3)


def test_a_set_of_one_class_and_of_one_image_has_an_error(digits):
    few = Split(digits.test.images[:1], np.array([4]))
    study = ClassErrors.of(Subject(Halving(), Dataset(digits.training, few, few), ("none", 0.0)))
    assert study.labels.tolist() == [4] and study.half.tolist() == [0] and study.sse[0] > 0


def test_a_claim_holds_only_where_intervals_are_apart():
    study = ClassErrors(
        labels=np.array([0, 1, 3, 8]),
        sse=np.array([2.0, 4.0, 5.0, 9.0]),
        half=np.array([0.5, 0.5, 0.6, 1.0]),
        spread=np.array([10.0, 10.0, 100.0, 100.0]),
        pca=np.zeros(4),
        ink=np.array([1.0, 2.0, 2.5, 4.5]),
    )
    assert study.compare([0, 1], [3, 8]) == (3, 4)  # 4 ± 0.5 and 5 ± 0.6 overlap
    assert study.compare([8], [0]) == (0, 1)
    assert study.compare([0, 1], [3, 8], study.ink) == (0, 4)  # all 2 per unit of ink
    assert study.compare([0, 1], [3, 8], study.spread) == (0, 4)
