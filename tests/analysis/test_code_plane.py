"""The plane of the moving map."""

import numpy as np
from sklearn.decomposition import PCA

from aecore.analysis.code_plane import code_plane

DRAW = np.random.default_rng(1)
CODES = DRAW.normal(size=(80, 12)) * [9, 5, *[1] * 10]


def test_it_is_the_plane_of_pca():
    ours = code_plane(CODES)
    theirs = PCA(2).fit_transform(CODES)
    left, _, right = np.linalg.svd(ours.T @ theirs)
    turned = ours @ left @ right * np.sqrt(np.square(theirs).sum(axis=1).mean())
    np.testing.assert_allclose(turned, theirs, atol=1e-3)
    np.testing.assert_array_equal(ours, code_plane(CODES))


def test_points_follow_and_the_plane_neither_flips_nor_spins():
    before = code_plane(CODES)
    turn, _ = np.linalg.qr(DRAW.normal(size=(12, 12)))
    after = code_plane(-3 * CODES @ turn + 5, before)  # the same codes on other axes
    np.testing.assert_allclose(after, before, atol=1e-3)
    moved = code_plane(CODES + DRAW.normal(size=CODES.shape) * 0.3, before)
    assert 0 < np.abs(moved - before).max() < 0.5


def test_codes_without_a_plane():
    line = code_plane(CODES[:, :1])
    assert line.shape == (80, 2) and np.isfinite(line).all() and line.any()
    for codes in (np.ones((5, 3)), np.full((5, 3), np.nan)):
        assert not code_plane(codes).any()
    again = code_plane(CODES[:5], np.zeros((5, 2), np.float32))  # after such a moment
    assert np.isfinite(again).all() and again.any()
