"""Measures over time: hand-worked cases, and VUS-PR beside an independent implementation."""

import numpy as np
import pytest

from aecore.detection.over_time import (
    NoEvent,
    adjusted_f1,
    blocks,
    evaluated,
    events,
    random_adjusted_f1,
    step_scores,
    vus_pr,
)


def case(count: int):
    """Five events, at both ends and close together, and scores that lag behind them."""
    steps = np.arange(count)
    truth = np.zeros(count, int)
    for start, stop in ((0, 4), (60, 75), (80, 82), (150, 190), (count - 3, count)):
        truth[start:stop] = 1
    noise = np.sin(steps * 0.37) + np.cos(steps * steps * 0.011)
    return truth, noise + 1.2 * np.roll(truth, 3) + 0.3 * (steps % 7)


# aeon 1.6.0, aeon.benchmarking.metrics.anomaly_detection.range_pr_vus_score
@pytest.mark.parametrize(
    ("buffer", "expected"),
    [
        (0, 0.32733566995899066),
        (1, 0.32733566995899066),
        (2, 0.33029417545117307),
        (5, 0.34836159408130946),
        (20, 0.5269980102295415),
        (50, 0.6385916634912717),
    ],
)
def test_vus_pr_is_that_of_an_independent_implementation(buffer, expected):
    assert vus_pr(*case(300), buffer) == pytest.approx(expected, abs=1e-12)


def test_vus_pr_with_many_equal_scores():
    truth, scores = case(1000)
    assert vus_pr(truth, np.round(scores), 20) == pytest.approx(0.2825793980636213, abs=1e-12)


def test_a_step_has_the_mean_of_its_windows_or_the_least():
    scores, starts = np.array([1.0, 3.0, 8.0]), np.array([0, 2, 6])
    mean = step_scores(scores, starts, 4, 11)
    np.testing.assert_allclose(mean, [1, 1, 2, 2, 3, 3, 8, 8, 8, 8, np.nan])
    least = step_scores(scores, starts, 4, 11, "least")
    np.testing.assert_allclose(least, [1, 1, 1, 1, 3, 3, 8, 8, 8, 8, np.nan])


def test_events_delays_and_false_alarms_by_hand():
    truth = np.array([0, 1, 1, 1, 0, 0, 1, 1, 0, 0])
    flags = np.array([0, 0, 1, 1, 1, 0, 0, 0, 0, 1], bool)
    found = evaluated(truth, flags)
    np.testing.assert_array_equal(events(flags), [[2, 5], [9, 10]])
    np.testing.assert_array_equal(found.starts, [1, 6])
    np.testing.assert_array_equal(found.stops, [4, 8])
    np.testing.assert_array_equal(found.delays, [1, np.nan])
    assert found.found == 1
    assert found.false_events == 1  # the first run touches an event
    assert (found.precision, found.recall) == (2 / 4, 2 / 5)
    assert found.f1 == pytest.approx(4 / 9)
    assert found.false_alarm_rate == pytest.approx(2 / 5)
    assert found.adjusted_f1 == pytest.approx(6 / 10)  # three found, two false, two missed


def test_a_gap_of_which_nothing_is_known_ends_events_and_alarms():
    truth = np.array([0, 1, 1, 0, 1, 1, 0, 0, 0, 0])
    flags = np.array([0, 0, 0, 1, 1, 1, 0, 1, 1, 1], bool)
    known = np.array([1, 1, 1, 0, 1, 1, 1, 1, 0, 1], bool)
    found = evaluated(truth, flags, known)
    assert (found.starts.tolist(), found.stops.tolist()) == ([1, 4], [3, 6])
    assert found.found == 1 and found.delays[1] == 0 and found.false_events == 2
    assert (found.precision, found.recall) == (2 / 4, 2 / 4)
    assert found.false_alarm_rate == found.adjusted_f1 == 2 / 4


def test_point_adjustment_makes_chance_look_good():
    truth = np.zeros(4000, int)
    truth[1000:1400] = truth[3000:3300] = 1
    random = np.random.default_rng(0).random(4000) < 0.02
    assert adjusted_f1(truth, random) > 0.9
    assert evaluated(truth, random).f1 < 0.1
    assert random_adjusted_f1(truth, 0.02) == pytest.approx(adjusted_f1(truth, random), abs=0.05)


def test_a_series_without_an_event_is_refused_in_words():
    for measure in (lambda: evaluated(np.zeros(9), np.ones(9, bool)),
                    lambda: vus_pr(np.zeros(9), np.arange(9.0), 2)):  # fmt: skip
        with pytest.raises(NoEvent, match="no known anomaly"):
            measure()


def test_blocks_are_events_and_normal_stretches_of_a_window_at_least():
    truth = np.zeros(40, int)
    truth[[10, 11, 12, 13, 20, 22]] = 1
    known = np.ones(40, bool)
    known[[5, 21]] = False  # gaps shorter than a window end nothing
    known[30:35] = False  # a longer one does
    found = np.full(40, -1)
    found[known] = blocks(truth, known, 4)
    stretches = [np.flatnonzero(found == number).tolist() for number in range(found.max() + 1)]
    assert stretches == [
        [0, 1, 2, 3, 4], [6, 7, 8, 9], [10, 11, 12, 13], [14, 15, 16, 17, 18, 19], [20, 22],
        [23, 24, 25, 26, 27, 28, 29], [35, 36, 37, 38, 39],
    ]  # fmt: skip
    assert not len(blocks(truth, np.zeros(40, bool), 4))
