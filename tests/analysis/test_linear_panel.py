"""What the linear type shows, against scikit-learn, hand-made maps and images of one dot."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from aecore.analysis import principal
from aecore.analysis.moving import Moving, axes_needed, shift, turn
from aecore.analysis.principal import PcaCurve, principal_components
from aecore.analysis.study import Subject
from aecore.analysis.subspace import Subspace, linear_map, principal_cosines, spanned_by
from aecore.data.splits import Dataset, Split
from aecore.models.linear import Linear

NONE = ("none", 0.0)


def made(images: np.ndarray, size: int, kernel=None):
    """A linear model that projects onto the first principal axes, or onto rows of a kernel."""
    model = Linear(latent_size=size).build(images.shape[1:])
    pca = PCA().fit(images.reshape(len(images), -1))
    rows = pca.components_[:size] if kernel is None else kernel  # (size, pixels)
    model.get_layer("encoder").get_layer("code_units").set_weights([rows.T, -rows @ pca.mean_])
    model.get_layer("decoder").get_layer("pixels").set_weights([rows, pca.mean_])
    return model


def test_the_errors_are_those_of_scikit_learn(digits):
    known, test = digits.training.images, digits.test.images
    found = principal_components(known)
    flat, others = known.reshape(len(known), -1), test.reshape(len(test), -1)
    for size in (0, 3, 20, 64):
        pca = PCA(size).fit(flat) if size else None
        back = pca.inverse_transform(pca.transform(others)) if size else flat.mean(axis=0)
        expected = np.square(others - back).sum(axis=1)
        np.testing.assert_allclose(found.errors(test, [size])[0], expected, atol=2e-4)
    shares = np.cumsum(PCA().fit(flat).explained_variance_ratio_)
    np.testing.assert_allclose(found.explained([1, 5, 64, 100]), shares[[0, 4, 63, 63]], rtol=1e-5)
    assert found.rank == np.linalg.matrix_rank(flat - flat.mean(axis=0), tol=1e-3 * 20)


def test_wide_images_give_the_same_components(digits, monkeypatch):
    images = digits.training.images[:40]  # fewer than their 64 pixels
    narrow = principal_components(images)
    monkeypatch.setattr(principal, "WIDE", 63)
    wide = principal_components(images)
    assert len(wide.axes) <= 39 and wide.rank == narrow.rank
    np.testing.assert_allclose(wide.axes @ wide.axes.T, np.eye(len(wide.axes)), atol=1e-4)
    np.testing.assert_allclose(
        wide.errors(digits.test.images, [1, 7, 30]),
        narrow.errors(digits.test.images, [1, 7, 30]),
        rtol=1e-3,
        atol=1e-3,
    )
    lost = wide.errors(images, [64])  # more than there are axes
    assert lost.max() < 1e-3 and wide.explained([64])[0] == pytest.approx(1)


def test_a_projection_onto_the_axes_is_the_optimum(digits):
    model = made(digits.training.images, 6)
    study = Subspace.of(Subject(model, digits, NONE))
    assert study.sse == pytest.approx(study.optimum, rel=1e-5)
    assert study.bend < 1e-5 and study.spanned == 6 and study.rank > 50
    np.testing.assert_allclose(study.cosines, np.ones(6), atol=1e-5)
    np.testing.assert_allclose(study.kept, np.ones(6), atol=1e-5)
    np.testing.assert_allclose(study.within, study.eigen, atol=2e-3)
    curve = PcaCurve.of(Subject(model, digits, NONE))
    assert curve.at(6) == pytest.approx(study.optimum, rel=1e-5)
    assert curve.at(64) == pytest.approx(0, abs=1e-3) and curve.at(128) == 0
    assert (np.diff(curve.sse) < 0).all() and (np.diff(curve.explained) > 0).all()


def test_columns_that_mix_the_axes_span_the_same(digits):
    axes = principal_components(digits.training.images).axes[:4]
    mixed = np.random.default_rng(0).normal(size=(4, 4)) @ axes
    np.testing.assert_allclose(principal_cosines(axes, spanned_by(mixed)), 1, atol=1e-5)


def test_a_plane_turned_by_a_known_angle_is_found_turned():
    one, two = np.eye(5)[:2], np.eye(5)[:2].copy()
    two[1, 1], two[1, 2] = np.cos(0.3), np.sin(0.3)
    np.testing.assert_allclose(np.arccos(principal_cosines(one, two)), [0, 0.3], atol=1e-6)


def test_a_code_larger_than_the_rank_compares_what_there_is():
    generator = np.random.default_rng(0)
    flat = np.linalg.qr(generator.normal(size=(64, 3)))[0].T  # three directions, nothing else
    places = generator.normal(size=(50, 3))
    places = np.linalg.qr(places - places.mean(axis=0))[0] * [9, 6, 3]  # uncorrelated
    images = (places @ flat).reshape(-1, 8, 8, 1).astype(np.float32)
    few = Split(images, np.zeros(50, int))
    kernel = np.zeros((6, 64), np.float32)
    kernel[:2] = flat[:2]
    model = made(images, 6, kernel)
    study = Subspace.of(Subject(model, Dataset(few, few, few), NONE))
    assert study.rank == 3 and study.spanned == 2 and len(study.cosines) == 2
    np.testing.assert_allclose(study.kept, [1, 1, 0], atol=1e-3)
    assert study.optimum < 1e-5 < study.sse


def test_a_bent_decoder_is_called_bent(digits, trained):
    from keras.saving import load_model

    run = trained("undercomplete")  # a sigmoid at its end
    study = Subspace.of(Subject(load_model(run.model_path, compile=False), digits, NONE))
    assert study.bend > 0.01 and np.isfinite(study.cosines).all()


def test_a_linear_map_is_read_off_its_decoder(digits):
    model = made(digits.training.images, 3)
    offset, columns = linear_map(model.get_layer("decoder"))
    kernel, bias = model.get_layer("decoder").get_layer("pixels").get_weights()
    np.testing.assert_allclose(columns, kernel, atol=1e-6)
    np.testing.assert_allclose(offset, bias, atol=1e-6)


def test_images_are_moved_and_turned_as_named():
    dot = np.zeros((1, 5, 7, 3), np.float32)
    dot[0, 2, 5] = 1  # right of the middle
    assert shift(dot, 1)[0, 2, 6].all() and shift(dot, -5)[0, 2, 0].all()
    assert shift(dot, 2).sum() == 0 and (shift(dot, 0) == dot).all()
    up = turn(dot, 90)  # anticlockwise: it is now above the middle
    np.testing.assert_allclose(up[0, 0, 3], 1, atol=1e-5)
    assert up.shape == dot.shape and up.sum() == pytest.approx(3, abs=1e-4)


def test_a_dot_that_moves_needs_an_axis_a_place():
    """Thirteen dots are corners of a simplex: all its twelve axes hold the same variance."""
    assert axes_needed(np.eye(13), 0.95) == 12
    assert axes_needed(np.outer(np.arange(9.0), np.ones(4))) == 1  # on a line
    assert axes_needed(np.ones((5, 4))) == 0


def test_moving_measures_what_is_moved(digits):
    images = digits.test.images
    model = made(digits.training.images, 6)
    study = Moving.of(Subject(model, digits, NONE))
    basis = principal_components(digits.training.images)
    expected = [basis.errors(shift(images, p), [6]).mean() for p in study.shifts]
    np.testing.assert_allclose(study.shifted[0], expected, rtol=1e-3)
    turned = [basis.errors(turn(images, a), [6]).max() for a in study.angles]
    np.testing.assert_allclose(study.turned[1], turned, rtol=1e-3)
    assert study.count == len(images) == 360
    assert study.shift_images.shape == study.shift_outputs.shape == (6, 8, 8, 1)
    assert study.shift_axes.max() <= 12 and study.turn_axes.max() <= 64
    back = Moving.from_arrays(study.to_arrays())
    assert back.count == 360 and (back.turn_axes == study.turn_axes).all()
