"""What masking hid of rows, and what it is worth to fill it with what is usual."""

import numpy as np

from aecore.analysis.rows import hidden_values, usual_values

LAYOUT = (1, 3, 1)
GENERATOR = np.random.default_rng(0)


def rows(count: int = 400) -> np.ndarray:
    """Two numbers around a category, four of five times the same; some cells are missing."""
    category = np.eye(3)[GENERATOR.choice(3, count, p=(0.8, 0.1, 0.1))]
    numbers = GENERATOR.normal(size=(count, 2))
    found = np.column_stack([numbers[:, :1], category, numbers[:, 1:]]).astype(np.float32)
    found[::10, 1:4] = np.nan
    return found


def test_a_hidden_category_is_hidden_with_all_its_values():
    samples = rows()
    inputs = samples.copy()
    inputs[:200, 1:4] = 0
    inputs[100:300, 4] = 0
    hidden = hidden_values(samples, inputs, LAYOUT)
    known = ~np.isnan(samples[:, 1])
    for at in (1, 2, 3):
        np.testing.assert_array_equal(hidden[:, at], known & (np.arange(400) < 200))
    np.testing.assert_array_equal(hidden[:, 4], (np.arange(400) >= 100) & (np.arange(400) < 300))
    assert not hidden[:, 0].any()
    windows = GENERATOR.normal(size=(5, 4, 2))
    np.testing.assert_array_equal(hidden_values(windows, np.zeros((5, 4, 2))), True)


def test_nobody_who_knows_nothing_fills_better_than_what_is_usual():
    samples = rows()
    usual = usual_values(samples, LAYOUT)
    assert usual[0] == usual[4] == 0 and np.isclose(usual[1:4].sum(), 1) and usual[1] > 0.7
    hidden = hidden_values(samples, np.where(np.isnan(samples), np.nan, 0), LAYOUT)
    untrained = np.full(samples.shape[1:], [0, 1 / 3, 1 / 3, 1 / 3, 0])
    errors = [
        np.square(np.broadcast_to(filled, samples.shape)[hidden] - samples[hidden]).mean()
        for filled in (usual, untrained)
    ]
    assert errors[0] < 0.9 * errors[1]
    np.testing.assert_array_equal(usual_values(np.ones((5, 4, 2))), np.zeros((4, 2)))
