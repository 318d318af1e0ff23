"""The losses of tables, against the same computed by hand."""

import numpy as np
import pytest

from aecore.analysis.rows import row_errors, row_losses
from aecore.models.losses import masked_squared_error, mixed

LAYOUT = (1, 3, 1, 2)
NAN = np.nan


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


ROWS = np.array(
    [
        [0.5, 0, 1, 0, -1.0, 1, 0],
        [NAN, 1, 0, 0, 2.0, NAN, NAN],
        [1.5, NAN, NAN, NAN, NAN, 0, 1],
        [NAN] * 7,
    ],
    np.float32,
)
OUTPUTS = np.random.default_rng(0).normal(size=ROWS.shape).astype(np.float32)


def by_hand(row, out):
    terms = []
    for start, width in ((0, 1), (1, 3), (4, 1), (5, 2)):
        wanted, given = row[start : start + width], out[start : start + width]
        if np.isnan(wanted).any():
            continue
        if width == 1:
            terms.append((given[0] - wanted[0]) ** 2)
        else:
            terms.append(-np.log(softmax(given.astype(np.float64))[wanted.argmax()]))
    return np.mean(terms) if terms else 0.0


def test_the_mixed_loss_is_the_mean_over_known_columns():
    found = np.asarray(mixed(LAYOUT)(ROWS, OUTPUTS))
    np.testing.assert_allclose(
        found, [by_hand(*pair) for pair in zip(ROWS, OUTPUTS, strict=True)], rtol=1e-5
    )


def test_what_is_decoded_where_a_cell_is_missing_does_not_matter():
    other = np.where(np.isnan(ROWS), 1e6, OUTPUTS).astype(np.float32)
    for loss in (mixed(LAYOUT), masked_squared_error):
        np.testing.assert_allclose(loss(ROWS, OUTPUTS), loss(ROWS, other), rtol=1e-6)


def test_the_masked_squared_error_is_the_mean_over_known_values():
    known = np.maximum((~np.isnan(ROWS)).sum(axis=1), 1)
    expected = np.nansum(np.square(OUTPUTS - ROWS), axis=1) / known
    np.testing.assert_allclose(masked_squared_error(ROWS, OUTPUTS), expected, rtol=1e-5)
    np.testing.assert_allclose(row_errors(ROWS, OUTPUTS), expected, rtol=1e-5)


def test_measuring_agrees_with_training_once_logits_are_probabilities():
    outputs = OUTPUTS.copy()
    for start, width in ((1, 3), (5, 2)):
        outputs[:, start : start + width] = [softmax(o[start : start + width]) for o in OUTPUTS]
    np.testing.assert_allclose(
        row_losses(ROWS, outputs, LAYOUT), mixed(LAYOUT)(ROWS, OUTPUTS), rtol=1e-4
    )


@pytest.mark.parametrize("layout", [(1, 1, 1), (4,), (2, 2)])
def test_any_layout_will_do(layout):
    rows = np.zeros((3, sum(layout)), np.float32)
    assert np.asarray(mixed(layout)(rows, rows + 1)).shape == (3,)
