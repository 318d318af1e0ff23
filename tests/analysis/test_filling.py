"""Filling in rounds, by models of which one knows what they make of a row."""

import numpy as np

from aecore.analysis.filling import choose_rounds, fill_in_rounds

LAYOUT = (1,) * 6


class Linear:
    """A model that multiplies rows with a matrix."""

    outputs = ()

    def __init__(self, matrix: np.ndarray):
        self.matrix = matrix

    def __call__(self, rows):
        return (rows @ self.matrix).astype(np.float32)


def on_a_plane(count: int) -> tuple[np.ndarray, Linear]:
    """Rows of rank 2, and the projection on their plane."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0]  # (6, 2)
    rows = rng.normal(size=(count, 2)) @ axes.T
    return rows.astype(np.float32), Linear(axes @ axes.T)


def test_a_projection_fills_better_round_by_round():
    rows, model = on_a_plane(200)
    given = rows.copy()
    given[:20, 1] = np.nan
    once = model(np.nan_to_num(given))
    filled = fill_in_rounds(model, given, rows[100:], LAYOUT)
    known = ~np.isnan(given)
    np.testing.assert_array_equal(filled[known], given[known])
    error = np.abs(filled - rows).max()
    assert error < 0.3 * np.abs(np.where(known, rows, once) - rows).max()


def test_a_model_that_fills_in_one_pass_is_asked_once():
    """Least squares from rows with a cell hidden: what it fills, it would take for measured."""
    rows, _ = on_a_plane(2000)
    rows = rows + np.random.default_rng(1).normal(0, 0.3, rows.shape).astype(np.float32)
    hidden = np.random.default_rng(2).random(rows.shape) < 0.5
    once = Linear(np.linalg.lstsq(np.where(hidden, 0, rows), rows, rcond=None)[0] * 1.5)
    assert choose_rounds(once, rows, LAYOUT, 0.3) == 1
    given = np.where(hidden, np.nan, rows).astype(np.float32)
    expected = np.where(hidden, once(np.nan_to_num(given)), rows)
    np.testing.assert_allclose(fill_in_rounds(once, given, rows, LAYOUT), expected, rtol=1e-6)


def test_cells_of_a_category_are_hidden_together():
    seen = []

    class Watching(Linear):
        def __call__(self, rows):
            seen.append(np.array(rows))
            return super().__call__(rows)

    choose_rounds(Watching(np.eye(6)), np.ones((50, 6), np.float32), (1, 3, 2), 0.5)
    first = seen[0]
    assert set(first[:, 1:4].sum(axis=1)) == {0, 3} and set(first[:, 4:].sum(axis=1)) == {0, 2}


def test_whole_rows_stay_and_unknown_ones_choose_nothing():
    rows, model = on_a_plane(10)
    assert fill_in_rounds(model, rows, rows, LAYOUT) is rows
    assert choose_rounds(model, np.full((4, 6), np.nan, np.float32), LAYOUT, 0.2) == 1
