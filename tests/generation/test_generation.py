"""Distributions of codes, and measures of samples, against what is known of them."""

from unittest.mock import Mock

import numpy as np
import pytest
from made_runs import made_run
from tiny import dataset, linear_network

from aecore.data.datasets import load
from aecore.generation.codes import MIXTURE, PLAIN
from aecore.generation.decoding import beside_training
from aecore.generation.features import Features, features_for
from aecore.generation.fitting import Codes, fit_mixture
from aecore.generation.measures import frechet_distance, precision_recall
from aecore.generation.memorising import flat, memorising, nearest
from aecore.generation.study import Generation, NotGenerated, study_generation
from aecore.generation.ways import along, between, morph
from aecore.runs import generating
from aecore.runs.store import RunStore


@pytest.fixture
def generator():
    return np.random.default_rng(0)


def test_frechet_distance_of_gaussians_in_closed_form(generator):
    """Of independent features it is the sum of (μ₁ − μ₂)² + (σ₁ − σ₂)²."""
    noise = generator.standard_normal((4000, 3))
    noise = (noise - noise.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(noise.T))).T
    one = noise * [1, 2, 3]
    other = noise * [2, 2, 1] + [1, 0, 0]
    assert frechet_distance(one, other) == pytest.approx(1 + 1 + 4, rel=1e-6)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_of_features_that_go_together(generator):
    """tr (Σ₁Σ₂)^½ beside the eigenvalues of the product, which is not symmetric."""
    mix = generator.standard_normal((2, 4, 4))
    one, other = (generator.standard_normal((500, 4)) @ each for each in mix)
    first, second = (np.cov(each.T) for each in (one, other))
    cross = np.sqrt(np.linalg.eigvals(first @ second).real).sum()
    between = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    wanted = between + np.trace(first + second) - 2 * cross
    assert frechet_distance(one, other) == pytest.approx(wanted)


def test_precision_and_recall_of_sets_made_by_hand():
    real = np.array([[0.0], [1], [2], [3], [100], [101], [102], [103]])
    half = np.array([[0.5], [1.5], [2.5], [1.0]])  # covers one of the two groups
    assert precision_recall(real, half, nearest=1) == (1.0, 0.5)
    far = half + 50
    assert precision_recall(real, far, nearest=1) == (0.0, 0.0)
    assert precision_recall(real, np.concatenate([half, far]), nearest=1)[0] == 0.5
    assert precision_recall(real, real, nearest=1) == (1.0, 1.0)


def two_classes(generator, count):
    """The first class in two far groups, the second in one."""
    labels = np.repeat([0, 0, 1], count)
    centres = np.repeat([[-9.0, 0], [9, 0], [0, 9]], count, axis=0)
    return Codes((centres + generator.standard_normal((3 * count, 2))).astype(np.float32), labels)


def test_a_mixture_finds_groups_and_draws_by_class(generator):
    mixture = fit_mixture(two_classes(generator, 300), two_classes(generator, 100))
    assert (mixture.classes == 0).sum() >= 2
    assert mixture.weights.sum() == pytest.approx(1)
    first, second = (mixture.draw(400, 1, label=label) for label in (0, 1))
    assert (np.abs(np.abs(first[:, 0]) - 9) < 5).all()
    assert (first[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.1)
    assert second.mean(axis=0) == pytest.approx([0, 9], abs=0.3)
    assert second.std(axis=0) == pytest.approx([1, 1], abs=0.15)
    everything = mixture.draw(600, 2)
    assert (everything[:, 1] > 4.5).mean() == pytest.approx(1 / 3, abs=0.08)
    assert mixture.draw(5, 3).tolist() == mixture.draw(5, 3).tolist()


def test_temperature_widens_each_component(generator):
    mixture = fit_mixture(two_classes(generator, 300), two_classes(generator, 100))
    spread = [mixture.draw(500, 1, heat, label=1).std() for heat in (0.0, 0.5, 1.0)]
    still = mixture.draw(500, 1, 0.0, label=1)
    assert len(np.unique(still, axis=0)) == (mixture.classes == 1).sum()
    assert spread == sorted(spread)


def test_wide_codes_and_dead_units_are_drawn_as_they_are(generator):
    wide = generator.standard_normal((200, 3)) @ generator.standard_normal((3, 100))
    wide[:, 7] = 5.0  # never changes
    codes = Codes(wide.astype(np.float32), np.zeros(200, int))
    mixture = fit_mixture(codes, codes)
    drawn = mixture.draw(2000, 0)
    assert mixture.axes.shape == (3, 100)
    assert drawn[:, 7] == pytest.approx(5.0, abs=1e-3)
    assert drawn.std(axis=0) == pytest.approx(wide.std(axis=0), rel=0.2, abs=1e-3)


def test_the_nearest_is_found_with_values_missing():
    others = np.array([[0.0, 0.0], [3.0, 4.0], [np.nan, 9.0]])
    far, places = nearest(np.array([[3.0, 5.0], [0.0, 8.0], [np.nan, 0.0]]), others)
    assert places.tolist() == [1, 2, 0]
    assert far.tolist() == [1, 1, 0]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_test_of_memorising_finds_copies(generator, share):
    training, unseen, new = (generator.uniform(size=(n, 4, 4, 1)) for n in (1000, 500, 600))
    copied = round(share * len(new))
    new[:copied] = training[generator.permutation(1000)[:copied]] + 1e-4
    found = memorising(new, training, unseen, unseen[:200])
    assert found.copies == pytest.approx(share, abs=1.5 * found.doubt + 0.02)
    assert found.passed == (share == 0)


def test_smooth_samples_are_no_copies(generator):
    """They lie nearer to training data than any test sample, and yet nothing was memorised."""
    training, unseen = (generator.uniform(size=(n, 4, 4, 1)) for n in (1000, 500))
    smooth = 0.5 + 0.2 * (generator.uniform(size=(600, 4, 4, 1)) - 0.5)
    found = memorising(smooth, training, unseen, unseen[:200])
    assert np.median(found.made) < np.median(found.test)
    assert found.passed


def test_what_the_data_hold_twice_is_no_copy(generator):
    few = generator.uniform(size=(20, 4, 4, 1))

    def real(count):
        found, often = generator.uniform(size=(count, 4, 4, 1)), generator.random(count) < 0.3
        found[often] = few[generator.integers(0, 20, often.sum())]
        return found

    found = memorising(real(600), real(1000), real(500), real(200))
    assert found.same > 0.2 and found.usual_same > 0.2
    assert found.passed and not found.certain


def test_one_image_again_and_again_is_a_copy(generator):
    training, unseen = (generator.uniform(size=(n, 4, 4, 1)) for n in (1000, 500))
    found = memorising(training[:1].repeat(300, axis=0), training, unseen, unseen[:200])
    assert found.distinct == 1
    assert not found.passed


@pytest.fixture(scope="module")
def studied():
    """A linear network on images whose brightness grows with their class."""
    data = dataset(count=240)
    axes = np.linalg.qr(np.random.default_rng(3).standard_normal((16, 2)))[0]
    axes[:, 0] = 0.25  # the brightness
    model = linear_network(axes, axes.T, (4, 4, 1))
    features = features_for("own", data.training.images)
    told: list[float] = []

    def watch(stage: str, share: float) -> None:
        told.append(share)

    found = study_generation(model, data, data.test, features, prior=False, watch=watch)
    assert len(set(told)) > 8 and told == sorted(told) and told[-1] < 1
    return found


def test_a_study_is_kept_whole_and_a_mixture_beats_independent_gaussians(studied):
    kept = Generation.from_arrays(studied.to_arrays())
    assert kept.likeness("real").frechet < kept.likeness(MIXTURE).frechet
    assert kept.likeness(MIXTURE).frechet <= kept.likeness(PLAIN).frechet
    assert kept.memorising(MIXTURE).made.shape == (240,)  # as many as there are training samples
    assert kept.averages.shape == (3, 2)
    assert "principal components" in kept.told
    drawn = kept.distributions.draw(MIXTURE, 50, 0, label=2)
    assert drawn.tolist() == studied.distributions.draw(MIXTURE, 50, 0, label=2).tolist()
    assert (drawn >= kept.low).all() and (drawn <= kept.high).all()


def test_too_few_test_samples_are_refused():
    data = dataset(count=12)
    model = linear_network(np.eye(16)[:, :2], np.eye(16)[:2], (4, 4, 1))
    none = Features("nothing", flat)
    with pytest.raises(NotGenerated, match="6 test samples"):
        study_generation(model, data, data.test, none, prior=True)


def test_morphs_reach_from_corner_to_corner():
    corners = np.array([[0.0, 0], [4, 0], [0, 4], [4, 4]])
    grid = between(corners, 5)
    assert grid[0, 0].tolist() == [0, 0] and grid[0, 4].tolist() == [4, 0]
    assert grid[4, 0].tolist() == [0, 4] and grid[4, 4].tolist() == [4, 4]
    assert grid[2, 2].tolist() == [2, 2]
    assert between(corners[:3], 5)[4].tolist() == [[0, 4]] * 5
    assert between(corners[:2], 5).tolist() == [[[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]]]


def test_samples_are_moved_and_mixed_by_their_codes():
    axes = np.eye(16)[:, :2]
    model = linear_network(axes, axes.T, (4, 4, 1))
    sample = np.zeros((4, 4, 1), np.float32)
    sample[0, 0] = 1
    moved = along(model, sample, np.array([-1.0, 2.0]), np.array([0.0, 0.5]))
    assert moved.reshape(2, 16)[:, :2].tolist() == [[1, 0], [0.5, 1]]
    other = np.zeros_like(sample)
    other[0, 1] = 1
    mixed = morph(model, np.stack([sample, other]), 3)
    assert mixed.reshape(3, 16)[:, :2].tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


def test_the_nearest_is_looked_for_in_what_the_run_learnt():
    axes, learnt = np.eye(64)[:, :2], load("digits", 50).training
    model = linear_network(axes, axes.T, learnt.images.shape[1:])
    found = beside_training(model, np.zeros((3, 2)), "digits", 50, ())
    assert found.searched == len(learnt) == 50 and len(found.nearest) == 3


def test_the_features_of_a_data_set_are_the_same_for_every_run(tmp_path, monkeypatch):
    given, store = [], RunStore(tmp_path)

    def study(model, data, reference, features, prior, watch):
        given.append(features.of(load("digits").test.images))
        return Mock(to_arrays=dict)

    monkeypatch.setattr(generating, "study_generation", study)
    for settings in ({}, {"samples": 100}, {"normal": (3,)}):
        run = made_run(store, dataset="digits", **settings)
        generating.measure_generation(run, None)
    for each in given[1:]:
        np.testing.assert_array_equal(each, given[0])


def test_features_of_digits_are_those_of_the_classifier():
    digits = np.random.default_rng(0).uniform(size=(3, 28, 28, 1)).astype(np.float32)
    features = features_for("mnist", digits)
    assert "small MNIST classifier" in features.told
    assert features.of(digits).shape == (3, 64)
