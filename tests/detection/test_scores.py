"""Each score against a second way of computing it, and what all of them promise."""

import ast
import io
from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import structural_similarity
from sklearn.neighbors import NearestNeighbors

from aecore.data.kinds import KINDS
from aecore.detection import formulas
from aecore.detection.features import Features, together
from aecore.detection.learning import FLOOR, MOST_AXES, gaussian
from aecore.detection.scores import SCORES, offered, usual
from aecore.models import AUTOENCODERS

SHAPES = {"image": (12, 12, 1), "table": (6,), "series": (16, 2)}


def found(shape, count: int = 300, seed: int = 0, apart: float = 0.0) -> Features:
    """What a model might make of samples; `apart` moves all of it away from normal."""
    generator = np.random.default_rng(seed)

    def normal(*sides):
        values = generator.normal(size=(count, *sides)).astype(np.float32)
        values[..., 0] += values[..., -1]
        return values

    outputs = 0.5 + 0.05 * normal(*shape)
    samples = outputs + 0.05 * normal(*shape) + 0.2 * apart
    if len(shape) < 3:
        samples[generator.random(samples.shape) < 0.05] = np.nan
    maps = normal(*(side // 4 for side in shape[:-1]), 5) + apart
    return Features(
        samples.astype(np.float32), outputs.astype(np.float32), normal(4) + apart,
        np.full((count, 4), 0.3, np.float32), maps if len(shape) > 1 else np.zeros((count, 0)),
    )  # fmt: skip


CASES = [(key, kind) for key, score in SCORES.items() for kind in score.kinds]


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_every_score_learns_plain_arrays_and_ranks_what_is_far_from_normal_higher(key, kind):
    score, shape = SCORES[key], SHAPES[kind]
    state = score.fit(found(shape), found(shape, 100, 1))
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:  # as a detector keeps them
        kept = dict(arrays)
    usual = score.of(kept, found(shape, 50, 2))
    np.testing.assert_array_equal(usual, score.of(state, found(shape, 50, 2)))
    odd = score.of(kept, found(shape, 50, 3, apart=3.0))
    assert usual.shape == odd.shape == (50,)
    assert np.isfinite(usual).all()
    assert odd.min() > np.median(usual)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_a_score_bears_one_sample_constant_data_and_rows_of_holes(key, kind):
    score, shape = SCORES[key], SHAPES[kind]
    constant = Features(*(np.full_like(part[:1], 0.5) for part in vars(found(shape)).values()))
    state = score.fit(constant, constant)
    assert np.isfinite(score.of(state, constant)).all()
    if len(shape) < 3:
        empty = found(shape, 3)
        empty.samples[1] = np.nan
        assert np.isfinite(score.of(state, empty)).all()


@pytest.mark.parametrize("key", SCORES)
def test_what_a_score_keeps_does_not_grow_with_the_data(key):
    score = SCORES[key]
    shape = SHAPES[score.kinds[-1]]
    few, many = (score.fit(found(shape, n), found(shape, n)) for n in (2500, 20_000))
    assert sum(v.size for v in many.values()) <= 1.1 * sum(v.size for v in few.values())


def test_distances_are_mahalanobis_distances():
    values = found((6,), 400).codes.astype(np.float64)
    covariance = np.cov(values.T, bias=True)
    covariance += FLOOR * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    centred = found((6,), 20, 4).codes - values.mean(axis=0)
    expected = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(covariance), centred)
    apart = formulas.distance(gaussian(values), found((6,), 20, 4).codes)
    np.testing.assert_allclose(apart * values.shape[1], expected, rtol=2e-4)


def test_a_few_anomalies_in_the_training_data_do_not_widen_what_is_normal():
    clean, odd = found((6,), 400), found((6,), 40, 1, apart=6.0)
    both = Features(*(np.concatenate(p) for p in zip(vars(clean).values(), vars(odd).values(),
                                                     strict=True)))  # fmt: skip
    for key in ("code", "residual", "whitened"):
        score = SCORES[key]
        mixed, alone = (score.of(score.fit(each, each), odd) for each in (both, clean))
        assert np.median(mixed) > 0.7 * np.median(alone), key
    plain = formulas.distance(gaussian(both.codes), odd.codes)
    alone = formulas.distance(gaussian(clean.codes), odd.codes)
    assert np.median(plain) < 0.4 * np.median(alone)  # which is why they are trimmed


def test_wide_samples_keep_few_directions_and_one_variance_for_the_rest():
    values = found((16, 20), 300).samples
    state = gaussian(np.nan_to_num(values))
    assert state["axes"].shape == (MOST_AXES, 320)
    apart = formulas.distance(state, np.nan_to_num(values))
    assert apart.mean() == pytest.approx(1, abs=0.1)  # as of a Gaussian, a dimension


def test_places_are_mahalanobis_distances_place_by_place():
    training, test = found((16, 2), 400), found((16, 2), 20, 4)
    validation = Features(*(part[:0] for part in vars(training).values()))
    state = SCORES["places"].fit(training, validation)
    expected = []
    for place in range(training.maps.shape[1]):
        learnt = training.maps[:, place].astype(np.float64)
        covariance = np.cov(learnt.T, bias=True)
        covariance += FLOOR * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        centred = test.maps[:, place] - learnt.mean(axis=0)
        apart = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(covariance), centred)
        expected.append(apart / learnt.shape[1])
    # 2% of four places: the highest of them
    np.testing.assert_allclose(SCORES["places"].of(state, test), np.max(expected, 0), rtol=2e-4)


def test_patches_are_nearest_place_by_place_without_correlations():
    training, test = found((16, 2), 200), found((16, 2), 20, 4)
    state = SCORES["patches"].fit(training, training)
    places = [test.maps[:, at] - state["mean"][at] for at in range(4)]
    expected = [
        NearestNeighbors(n_neighbors=1)
        .fit(state["normal"][:, at].astype(float))
        .kneighbors(place @ state["whitening"][at])[0][:, 0]
        for at, place in enumerate(places)
    ]
    np.testing.assert_allclose(SCORES["patches"].of(state, test), np.max(expected, 0), rtol=1e-3)
    assert state["normal"].shape == (200, 4, 5)


def test_nearest_codes_are_those_of_scikit_learn():
    training, test = found((6,), 400), found((6,), 20, 4)
    state = SCORES["neighbours"].fit(training, training)
    mean, scale = training.codes.mean(axis=0), training.codes.std(axis=0)
    search = NearestNeighbors(n_neighbors=3).fit((training.codes - mean) / scale)
    expected = search.kneighbors((test.codes - mean) / scale)[0].mean(axis=1)
    np.testing.assert_allclose(SCORES["neighbours"].of(state, test), expected, rtol=1e-3)


def test_dissimilarity_is_that_of_scikit_image():
    test = found((12, 12, 1), 5)
    options = {"data_range": 1.0, "win_size": 7, "use_sample_covariance": False}
    expected = [
        1 - structural_similarity(x.astype(float), y.astype(float), **options)
        for x, y in zip(test.samples[..., 0], test.outputs[..., 0], strict=True)
    ]
    np.testing.assert_allclose(SCORES["dissimilarity"].of({}, test), expected, rtol=1e-3)


def test_the_error_is_a_mean_over_known_values_and_the_worst_region_is_the_worst():
    test = found((6,), 30)
    expected = np.nanmean(np.square(test.samples - test.outputs), axis=1)
    np.testing.assert_allclose(SCORES["error"].of({}, test), expected, rtol=1e-5)
    images = found((12, 12, 1), 4)
    squares = np.square(images.samples - images.outputs)[..., 0]
    regions = [squares[:, y : y + 3, x : x + 3].mean((1, 2)) for y in range(10) for x in range(10)]
    np.testing.assert_allclose(
        SCORES["worst"].of({"width": np.array(3)}, images), np.max(regions, axis=0), rtol=1e-5
    )


def test_the_standardised_error_is_a_mean_over_known_values():
    normal, test = found((6,), 600), found((6,), 30, 1)
    normal.samples[:400, 1] = np.nan  # known of a third alone
    state = SCORES["whitened"].fit(normal, normal)
    lacking = normal.samples - normal.outputs
    np.testing.assert_allclose(state["mean"], np.nanmedian(lacking, axis=0), rtol=1e-6)
    assert state["scale"][1] == pytest.approx(state["scale"][2], rel=0.3)
    apart = np.log1p(np.square((test.samples - test.outputs - state["mean"]) / state["scale"]))
    scores = SCORES["whitened"].of(state, test)
    np.testing.assert_allclose(scores, np.nanmean(apart, axis=1), rtol=1e-5)
    odd = found((6,), 30, 1, apart=3.0)
    usual = np.median(SCORES["whitened"].of(state, normal))
    odd.samples[:, 2:] = np.nan  # hiding four of six values makes no sample normal
    assert SCORES["whitened"].of(state, odd).min() > usual


def test_the_bound_of_an_image_is_cross_entropy_and_divergence():
    test = found((12, 12, 1), 4)
    x, p = test.samples.astype(float), test.outputs.astype(float)
    nats = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3))
    kl = (test.codes**2 + test.spread**2 - 1 - 2 * np.log(test.spread)).sum(axis=1) / 2
    np.testing.assert_allclose(SCORES["bound"].of({}, test), nats + kl, rtol=1e-5)


def test_the_combination_is_the_mean_of_its_parts_in_units_of_their_medians():
    training, test = found((6,)), found((6,), 20, 4)
    state = SCORES["combined"].fit(training, training)
    assert len(state["parts"]) == 3
    expected = np.zeros(20)
    for key in state["parts"]:
        own = SCORES[key].fit(training, training)
        expected += SCORES[key].of(own, test) / np.median(SCORES[key].of(own, training)) / 3
    np.testing.assert_allclose(SCORES["combined"].of(state, test), expected, rtol=1e-6)


def test_feature_maps_of_two_scales_come_together_by_means():
    fine = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    coarse = np.ones((1, 2, 2, 3), np.float32)
    maps = together([fine, coarse])
    assert maps.shape == (1, 2, 2, 4)
    np.testing.assert_array_equal(maps[0, ..., 0], [[2.5, 4.5], [10.5, 12.5]])


def test_formulas_need_numpy_alone():
    """An exported script carries them."""
    tree = ast.parse(Path(formulas.__file__).read_text("utf-8"))
    modules = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in modules] == ["import numpy as np"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("key", AUTOENCODERS)
def test_every_type_has_its_scores_the_usual_one_first(key, kind):
    scores = offered(kind, key)
    assert scores[0].key == usual(kind, key)
    assert {"error", "code", "neighbours"} <= {score.key for score in scores}
    assert ("bound" in {score.key for score in scores}) == (key == "variational")
    for score in scores:
        assert score.title and score.why.endswith(".")
