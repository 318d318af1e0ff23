"""Times as loggers write them are put in order, made regular, and told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.data.series.timeline import NotRegular, made_regular

TIMES = np.arange(20.0) * 60
VALUES = np.column_stack([np.arange(20.0), np.sin(np.arange(20.0))])


def test_regular_times_are_left_as_they_are():
    found = made_regular(TIMES, VALUES)
    assert (found.step, found.start, found.notes) == (60.0, 0.0, ())
    np.testing.assert_array_equal(found.values, VALUES)
    np.testing.assert_array_equal(found.times, TIMES)


@pytest.mark.parametrize("rate", [250, 1_000, 10_000, 48_000])
@pytest.mark.parametrize("digits", [6, 9])
def test_fast_loggers_are_not_stretched(rate, digits):
    exact = np.arange(20_000) / rate
    seconds = 1_706_781_600 + np.floor(exact * 10**digits + 1e-3) / 10**digits
    values = np.sin(exact * rate / 7)[:, None]
    found = made_regular(seconds, values)
    np.testing.assert_array_equal(found.values, values)
    assert found.step == pytest.approx(1 / rate, rel=1e-5) and found.notes == ()


@settings(max_examples=30)
@given(st.permutations(range(20)))
def test_any_order_gives_the_same_series(order):
    found = made_regular(TIMES[order], VALUES[order])
    np.testing.assert_array_equal(found.values, VALUES)


def test_rows_of_one_time_become_their_mean():
    seconds = np.append(TIMES, [TIMES[3], TIMES[3]])
    values = np.vstack([VALUES, [[9.0, np.nan], [np.nan, np.nan]]])
    found = made_regular(seconds, values)
    np.testing.assert_allclose(found.values[3], [6.0, VALUES[3, 1]])
    assert "2 rows share their time with another" in " ".join(found.notes)
    notes = made_regular(seconds[:-1], values[:-1]).notes
    assert "1 row shares its time with another" in " ".join(notes)


def test_gaps_are_cut_or_filled_as_chosen():
    kept = np.r_[0:6, 13:20]
    cut = made_regular(TIMES[kept], VALUES[kept])
    assert np.isnan(cut.values[6:13]).all() and np.isfinite(cut.values[np.r_[0:6, 13:20]]).all()
    filled = made_regular(TIMES[kept], VALUES[kept], "fill")
    np.testing.assert_allclose(filled.values[:, 0], np.arange(20.0))
    assert cut.notes == ("1 gap of 8 min: the series was cut there",)


def test_a_channel_that_was_silent_stays_missing_there():
    values = VALUES.copy()
    values[:4, 1] = values[8:15, 1] = values[19, 1] = np.nan
    silent = np.isnan(values[:, 1])
    cut = made_regular(TIMES, values, channels=("load", "heat"))
    np.testing.assert_array_equal(cut.values, values)
    assert cut.notes == ("heat: steps at which nothing was measured stay missing (12)",)
    filled = made_regular(TIMES, values, "fill")
    silent[8:15] = False
    assert np.isnan(filled.values[:, 1]).tolist() == silent.tolist()


def test_a_slow_channel_is_interpolated_between_its_own_values():
    values = VALUES.copy()
    values[np.arange(20) % 7 != 0, 1] = np.nan
    found = made_regular(TIMES, values)
    assert np.isfinite(found.values[:15, 1]).all() and np.isnan(found.values[15:, 1]).all()


def test_a_few_steps_that_a_logger_missed_are_no_gap():
    kept = np.delete(np.arange(20), [4, 9, 10])
    found = made_regular(TIMES[kept], VALUES[kept])
    np.testing.assert_allclose(found.values[:, 0], np.arange(20.0))
    assert "interpolated" in " ".join(found.notes) and "gap" not in " ".join(found.notes)


def test_a_step_between_two_usual_ones_is_their_mean():
    found = made_regular(np.array([0.0, 1.0, 4.0]), np.array([[0.0], [1.0], [4.0]]))
    assert found.step == 2 and found.values.ravel().tolist() == [0, 2, 4]


def test_irregular_times_are_interpolated_and_told():
    seconds = TIMES + np.where(np.arange(20) % 2, 7.0, 0.0)
    found = made_regular(seconds, seconds[:, None])
    np.testing.assert_allclose(found.values[:, 0], found.times)
    assert "not regular" in found.notes[0]


def test_rows_without_a_time_are_left_out():
    seconds = TIMES.copy()
    seconds[[2, 5]] = np.nan
    found = made_regular(seconds, VALUES)
    assert "2 rows without a time were left out" in found.notes and len(found.values) == 20
    seconds[2] = TIMES[2]
    assert "1 row without a time was left out" in made_regular(seconds, VALUES).notes


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [([], "at least three"), ([1.0, 1.0, 1.0], "at least three"), ([0.0, 1.0, 2.0, 1e12], "steps")],
)
def test_what_cannot_be_made_regular_is_refused(seconds, reason):
    with pytest.raises(NotRegular, match=reason):
        made_regular(np.array(seconds), np.zeros((len(seconds), 1)))
