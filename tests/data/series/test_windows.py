"""Windows follow the period of a series, and their parts share no step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.data.series.windows import NoWindows, cut, find_period, gather, proposed

STEPS = np.arange(3000)


@pytest.mark.parametrize("period", [12, 24, 50, 168])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_the_period_is_found_under_noise_and_gaps(period, noise):
    rng = np.random.default_rng(period)
    values = np.sin(2 * np.pi * STEPS / period) + noise * rng.normal(size=len(STEPS))
    values[rng.random(len(STEPS)) < 0.05] = np.nan
    found = find_period(values[:, None])
    assert found is not None and abs(found - period) <= 1


@pytest.mark.parametrize(
    "values", [np.zeros(3000), np.random.default_rng(0).normal(size=3000), STEPS * 1.0]
)
def test_no_period_is_made_up(values):
    assert find_period(values[:, None]) is None


def test_what_is_proposed_can_be_cut():
    for count in (400, 3000):
        values = np.sin(2 * np.pi * STEPS[:count] / 60)[:, None]
        length, stride = proposed(values)
        assert length % 4 == 0 and len(cut(values, length, stride)) >= 20


@settings(max_examples=60)
@given(
    st.integers(300, 2000), st.integers(8, 40), st.integers(1, 40), st.floats(0, 0.02),
    st.integers(0, 2**31),
)  # fmt: skip
def test_parts_are_in_order_and_share_no_step(count, length, stride, holes, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 2))
    values[rng.random(count) < holes] = np.nan
    try:
        parts = cut(values, length, stride)
    except NoWindows:
        return
    ends = 0
    for starts in (parts.training, parts.validation, parts.test):
        assert starts.min() >= ends
        ends = starts.max() + length
        windows = gather(values, starts, length)
        assert windows.shape == (len(starts), length, 2) and np.isfinite(windows).all()
    assert ends <= count


def test_a_channel_that_is_missing_alone_stays_in_its_window():
    values = np.ones((600, 2))
    values[::7, 1] = np.nan
    parts = cut(values, 20, 5)
    assert np.isnan(gather(values, parts.training, 20)[..., 1]).any()


@pytest.mark.parametrize(("length", "stride"), [(4, 1), (2000, 1), (20, 0), (400, 10)])
def test_windows_that_cannot_be_are_refused(length, stride):
    with pytest.raises(NoWindows):
        cut(np.zeros((1000, 1)), length, stride)
