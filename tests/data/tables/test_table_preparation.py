"""A prepared table gives the table again, and follows from its training rows alone."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.data.tables.columns import Column
from aecore.data.tables.preparation import NotPreparable, Preparation, fit

KINDS = st.lists(st.sampled_from(["number", "category", "date"]), min_size=1, max_size=5)


@st.composite
def tables(draw):
    kinds = draw(KINDS)
    rows = draw(st.integers(2, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    values = np.empty((rows, len(kinds)))
    for place, kind in enumerate(kinds):
        match kind:
            case "number":
                values[:, place] = rng.normal(rng.normal() * 100, 10 ** rng.uniform(-3, 3), rows)
            case "category":
                values[:, place] = rng.integers(0, 4, rows)
            case "date":
                values[:, place] = 1.7e9 + rng.integers(0, 10**7, rows)
    holes = rng.random(values.shape) < draw(st.sampled_from([0.0, 0.3]))
    values[holes] = np.nan
    return values, [Column(f"c{i}", kind) for i, kind in enumerate(kinds)]


@settings(max_examples=60)
@given(tables(), st.sampled_from(["standard", "quantiles"]))
def test_there_and_back_gives_the_table_again(table, scaling):
    values, columns = table
    try:
        preparation = fit(values, columns, scaling)
    except NotPreparable:
        varying = [len(np.unique(c[~np.isnan(c)])) > 1 for c in values.T]
        assert not any(varying)
        return
    preparation = Preparation.from_dict(json.loads(json.dumps(preparation.to_dict())))
    prepared = preparation.apply(values)
    assert prepared.dtype == np.float32 and prepared.shape == (len(values), preparation.width)
    learnt = [part.column for part in preparation.parts]
    kept = values[:, learnt]
    again = preparation.back(prepared)
    np.testing.assert_array_equal(np.isnan(again), np.isnan(kept))
    if scaling == "standard":
        spread = np.nanstd(kept, axis=0) + 1e-6 * np.nanmax(np.abs(kept), axis=0)
        assert np.nanmax(np.abs(again - kept) / spread, initial=0) < 1e-4
    categories = [columns[place].kind == "category" for place in learnt]
    np.testing.assert_array_equal(again[:, categories], kept[:, categories])


def test_numbers_are_standardised_by_training_rows_and_categories_are_one_each():
    values = np.array([[1.0, 0, 5], [3.0, 1, 5], [np.nan, 1, 5], [5.0, np.nan, 5]])
    columns = [Column("x", "number"), Column("c", "category"), Column("k", "number")]
    preparation = fit(values, columns)
    assert preparation.width == 3  # the constant is left out
    np.testing.assert_allclose(
        preparation.apply(values),
        [
            [-np.sqrt(1.5), 0, 1],
            [0, 1, 0],
            [np.nan, 1, 0],
            [np.sqrt(1.5), np.nan, np.nan],
        ],
        rtol=1e-6,
    )


def test_rare_categories_are_one_and_unknown_ones_too():
    values = np.array([[0.0]] * 3000 + [[1.0]] * 3000 + [[2.0], [3.0]])
    preparation = fit(values, [Column("c", "category")])
    assert preparation.width == 3
    prepared = preparation.apply(np.array([[0.0], [2.0], [99.0], [np.nan]]))
    np.testing.assert_array_equal(
        prepared, [[1, 0, 0], [0, 0, 1], [0, 0, 1], [np.nan, np.nan, np.nan]]
    )
    np.testing.assert_array_equal(preparation.back(prepared)[:, 0], [0, -1, -1, np.nan])


def test_without_a_rest_an_unknown_category_counts_as_missing():
    preparation = fit(np.array([[0.0], [1.0]] * 10), [Column("c", "category")])
    assert np.isnan(preparation.apply(np.array([[7.0]]))).all()


@pytest.mark.parametrize("kind", ["identifier", "constant", "empty"])
def test_a_table_without_anything_to_learn_is_refused(kind):
    with pytest.raises(NotPreparable, match="No column"):
        fit(np.arange(10.0)[:, None], [Column("c", kind)])


@pytest.mark.parametrize(
    "values",
    [{}, {"parts": []}, {"parts": [{"column": 0}]}, {"parts": 3},
     {"parts": [{"column": 0, "mean": float("nan"), "scale": 1, "knots": [], "places": [],
                 "other": False}]}],
)  # fmt: skip
def test_what_describes_no_preparation_is_refused(values):
    with pytest.raises(ValueError, match="preparation"):
        Preparation.from_dict(values)
