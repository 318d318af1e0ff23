"""The user's own rows and stretches, through a model that gives back what it is given."""

import numpy as np
import pytest

from aecore.analysis.filling import fill_in_rounds
from aecore.analysis.own_data import (
    own_rows,
    own_stretch,
    row_scores,
    steps_table,
    window_scores,
)
from aecore.data.series.series import Series
from aecore.data.series.stretch import Stretch
from aecore.data.tables.columns import Column
from aecore.data.tables.preparation import fit


class Same:
    """A model whose outputs are its inputs, plus something in the last value."""

    outputs = ()

    def __init__(self, added: float = 0.0):
        self.added = added

    def __call__(self, samples):
        given = np.array(samples, np.float32)
        given[..., -1] += self.added
        return given

    def get_layer(self, name):
        return self


def preparation():
    rng = np.random.default_rng(0)
    columns = [Column("a", "number"), Column("b", "category", categories=("x", "y")),
               Column("c", "number")]  # fmt: skip
    values = np.column_stack([rng.normal(5, 2, 99), rng.integers(0, 2, 99), rng.normal(size=99)])
    return fit(values, columns)


def test_rows_have_errors_parts_and_proposals():
    prepared = preparation()
    values = np.array([[5.0, 1, 0.0], [np.nan, 0, 0.5]])
    found = own_rows(Same(2.0), prepared, values)
    np.testing.assert_allclose(found.errors, [4 / 4, 4 / 3], rtol=1e-5)
    assert np.isnan(found.parts[1, 0])
    np.testing.assert_allclose(found.parts[0], [0, 0, 4], atol=1e-5)
    assert found.proposed[1, 0] == pytest.approx(prepared.parts[0].mean)  # what 0 stands for
    scores = row_scores(found, np.array([0.5, 1.1, 2.0, 3.0]), "abc", codes=True)
    assert [score["column"] for score in scores] == ["c", "c"]
    assert [score["share_below"] for score in scores] == [0.25, 0.5]
    assert scores[0]["column_share"] == pytest.approx(1) and "z4" in scores[0]


def test_a_row_without_a_known_cell_is_not_scored():
    values = np.array([[5.0, 1, 0.0], [np.nan] * 3])
    found = own_rows(Same(2.0), preparation(), values)
    known, unknown = row_scores(found, np.array([0.5]), "abc")
    assert known["error"] > 0 and known["share_below"] == 1
    assert (unknown["error"], unknown["share_below"], unknown["column"]) == (None, None, "")
    assert not np.isnan(found.proposed).any()  # it is filled all the same


def test_missing_cells_are_filled_in_rounds_that_known_rows_choose():
    prepared, rng = preparation(), np.random.default_rng(1)
    a, b = rng.normal(5, 2, 60), rng.integers(0, 2, 60)
    a[0] = 9
    values = np.column_stack([a, b, (a - 5) / 2])  # the third column tells the first
    known = prepared.apply(values)
    values[0, 0] = np.nan

    class Mean(Same):
        calls = 0

        def __call__(self, samples):
            self.calls += 1
            given = np.array(samples, np.float32)
            given[:, [0, 3]] = given[:, [0, 3]].mean(axis=1, keepdims=True)
            return given

    once = own_rows(Mean(), prepared, values)
    model = Mean()
    found = own_rows(model, prepared, values, known=known)
    filling = Mean()
    fill_in_rounds(filling, prepared.apply(values), known, prepared.layout)
    assert model.calls == filling.calls + 1  # the encoder; the first round is not repeated
    assert abs(found.proposed[0, 0] - 9) < 0.5 * abs(once.proposed[0, 0] - 9)
    np.testing.assert_array_equal(found.errors, once.errors)
    shown = prepared.back(found.outputs)  # what a page shows is what the file has
    assert shown[0, 0] == found.proposed[0, 0]


def test_proposals_are_made_without_corruption():
    prepared, values = preparation(), np.array([[7.0, 1, 0.0]] * 50)
    found = own_rows(Same(), prepared, values, ("masking", 0.5))
    assert 0.2 < (found.parts[:, 0] > 0.1).mean() < 0.8
    np.testing.assert_allclose(found.proposed[:, 0], 7, rtol=1e-5)


def test_windows_of_a_stretch_are_put_together_again():
    series = Series(("a", "b"), 8, 4, 0.0, 60.0, (10.0, 0.0), (2.0, 1.0))
    values = np.random.default_rng(0).normal(10, 2, (21, 2))
    values[3, 0] = np.nan
    starts = np.array([0, 4, 8])  # the last five steps are in none
    stretch = Stretch(values, starts, 0.0, 60.0, True, ())
    found = own_stretch(Same(1.0), series, values, starts)
    known = values[:16].copy()
    known[3, 0] = 10  # the mean stands for what is missing
    np.testing.assert_allclose(found.rebuilt[:16], known + np.array([0, 1]), rtol=1e-5)
    assert np.isnan(found.rebuilt[16:]).all() and np.isnan(found.step_errors[16:]).all()
    np.testing.assert_allclose(found.errors, [8 / 15, 1 / 2, 1 / 2], rtol=1e-4)
    np.testing.assert_allclose(found.step_errors[4], (8 / 15 + 1 / 2) / 2, rtol=1e-4)
    first, *_ = window_scores(found, stretch, 8, np.array([0.51, 0.6]))
    assert first == {
        "begin": "1970-01-01 00:00:00", "end": "1970-01-01 00:07:00",
        "error": pytest.approx(8 / 15), "share_below": 0.5,
    }  # fmt: skip
    header, rows = steps_table(found, stretch, series.channels)
    assert header == ["time", "a", "a (reconstructed)", "b", "b (reconstructed)", "error"]
    assert rows[3][:3] == ["1970-01-01 00:03:00", "", "10"] and rows[20][2] == ""
