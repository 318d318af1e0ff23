"""Search by code: the sample itself first, and the same as by comparing with each."""

import numpy as np
import pytest

from aecore.transfer.index import Index


@pytest.fixture(scope="module")
def codes():
    return np.random.default_rng(0).normal(100, 1, (3000, 16)).astype(np.float32)


def test_a_sample_finds_itself_first(codes):
    index = Index.of(codes)
    for place in (0, 1234, 2999):
        places, distances = index.nearest(codes[place], 5)
        assert places[0] == place and distances[0] == 0 and (np.diff(distances) >= 0).all()


def test_search_agrees_with_brute_force(codes):
    """Far from the origin, too, where the product alone rounds badly."""
    index = Index.of(codes)
    for query in np.random.default_rng(1).normal(100, 1, (20, 16)).astype(np.float32):
        places, distances = index.nearest(query, 10)
        exact = np.linalg.norm(codes.astype(float) - query, axis=1)
        assert places.tolist() == np.argsort(exact, kind="stable")[:10].tolist()
        np.testing.assert_allclose(distances, np.sort(exact)[:10])


def test_there_may_be_fewer_samples_than_asked_for(codes):
    places, distances = Index.of(codes[:3]).nearest(codes[0], 10)
    assert len(places) == len(distances) == 3


def test_of_windows_that_overlap_only_the_nearest_is_given():
    codes = np.arange(100, dtype=np.float32)[:, None]
    index = Index.of(codes, starts=np.arange(100) * 5, length=20)
    places, _ = index.nearest(np.array([50.2]), 4)
    assert places.tolist() == [50, 54, 46, 58]
    places, _ = Index.of(codes, starts=np.arange(100), length=60).nearest(np.array([50.2]), 4)
    assert places.tolist() == [50]
