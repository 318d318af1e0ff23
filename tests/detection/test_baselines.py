"""Each baseline is scikit-learn's, learns from a bounded sample, and bears poor data."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import OneClassSVM

from aecore.data.kinds import IMAGES, SERIES, TABLE, kind_of
from aecore.detection.baselines import BASELINES, baselines
from aecore.detection.learning import FLOOR

RANDOM = np.random.default_rng(0)
ROWS = (RANDOM.normal(size=(300, 6)) @ RANDOM.normal(size=(6, 6))).astype(np.float32)
NEW = ROWS[:40] + RANDOM.normal(size=(40, 6)).astype(np.float32)
CASES = [(key, kind) for key, each in BASELINES.items() for kind in each.kinds]
SHAPES = {"image": (6, 6, 1), "table": (6,), "series": (8, 2)}


def scored(key: str) -> np.ndarray:
    return BASELINES[key].fit(ROWS, TABLE).of(NEW)


def test_pca_is_the_distance_along_and_across_its_components():
    """All components of whitened rows are the Mahalanobis distance, but for a small floor."""
    pca = PCA(6).fit(ROWS)
    variance = pca.explained_variance_ * (len(ROWS) - 1) / len(ROWS)
    variance = variance + FLOOR * variance.mean()
    expected = (np.square(pca.transform(NEW)) / variance).mean(axis=1)
    np.testing.assert_allclose(scored("pca"), expected, rtol=1e-3)


def test_the_others_are_those_of_scikit_learn():
    forest = IsolationForest(random_state=0).fit(ROWS)
    np.testing.assert_allclose(scored("forest"), -forest.score_samples(NEW))
    search = NearestNeighbors(n_neighbors=5).fit(ROWS)
    np.testing.assert_allclose(scored("neighbours"), search.kneighbors(NEW)[0][:, 4], rtol=1e-4)
    np.testing.assert_allclose(scored("svm"), -OneClassSVM().fit(ROWS).score_samples(NEW))


def test_normalised_images_are_alike_in_any_light():
    images = RANDOM.random((50, 6, 6, 1), np.float32)
    fitted = BASELINES["normalised"].fit(images, IMAGES)
    # the same image, darker and with less contrast, is as far from the others
    np.testing.assert_allclose(fitted.of(images), fitted.of(images * 0.3 + 0.1), rtol=1e-3)
    raw = BASELINES["neighbours"].fit(images, IMAGES)
    assert not np.allclose(raw.of(images), raw.of(images * 0.3 + 0.1), rtol=0.1)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_every_baseline_ranks_what_is_far_away_higher_and_bears_holes(key, kind):
    shape = SHAPES[kind]
    alike = RANDOM.normal(size=shape)
    normal = (alike + 0.3 * RANDOM.normal(size=(200, *shape))).astype(np.float32)
    if kind != "image":
        normal[RANDOM.random(normal.shape) < 0.1] = np.nan
    fitted = BASELINES[key].fit(normal, kind_of(shape))
    odd = normal[:20].copy()
    odd[:, :2] += 8  # a part of it, which normalising does not undo
    usual = fitted.of(normal[20:70])
    assert usual.shape == (50,)
    assert np.isfinite(usual).all()
    assert fitted.of(odd).min() > np.median(usual)
    assert fitted.of(normal[:0]).shape == (0,)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_one_sample_or_all_the_same_values_are_no_obstacle(key, kind):
    for count in (1, 30):
        constant = np.full((count, *SHAPES[kind]), 0.5, np.float32)
        fitted = BASELINES[key].fit(constant, kind_of(SHAPES[kind]))
        assert np.isfinite(fitted.of(constant)).all()


@pytest.mark.parametrize("key", BASELINES)
def test_each_learns_from_a_bounded_sample(key, monkeypatch):
    learnt = []
    baseline = BASELINES[key]

    def learn(rows):
        learnt.append(rows.shape)
        return lambda rows: rows[:, 0]

    monkeypatch.setitem(vars(baseline), "learn", learn)
    kind = kind_of(SHAPES[baseline.kinds[0]])
    baseline.fit(np.zeros((baseline.most + 1000, *SHAPES[baseline.kinds[0]]), np.float32), kind)
    assert learnt == [(baseline.most, int(np.prod(SHAPES[baseline.kinds[0]])))]


def test_images_alone_have_a_normalised_one():
    assert [b.key for b in baselines(IMAGES)] == list(BASELINES)
    assert [b.key for b in baselines(SERIES)] == [key for key in BASELINES if key != "normalised"]
