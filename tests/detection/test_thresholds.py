"""Thresholds keep what they promise on data that they did not see."""

import numpy as np
import pytest
from scipy.stats import beta, binomtest

from aecore.detection.thresholds import (
    NoThreshold,
    at_value,
    best_f1,
    false_alarms,
    least_cost,
)


@pytest.mark.parametrize(
    ("count", "share", "place"),
    [(99, 0.01, 99), (199, 0.01, 198), (1000, 0.05, 951), (10, 0.01, 10), (20, 0.5, 11)],
)
def test_the_threshold_is_an_order_statistic_whose_share_is_known(count, share, place):
    calibration = np.sort(np.random.default_rng(0).normal(size=count))
    found = false_alarms(calibration, share)
    assert (found.value, found.rule, found.normal) == (
        calibration[place - 1],
        "false alarms",
        count,
    )
    assert found.share == pytest.approx((count - place) / count)
    interval = beta.ppf([0.025, 0.975], count - place + 1, place)
    assert (found.low, found.high) == pytest.approx(tuple(interval))


def test_new_normal_data_raise_as_many_false_alarms_as_was_asked_for():
    rng = np.random.default_rng(1)
    shares, inside = [], []
    for _ in range(400):
        found = false_alarms(np.sort(rng.uniform(size=200)), 0.05)
        shares.append(1 - found.value)  # of new uniform scores
        inside.append(found.low <= shares[-1] <= found.high)
    assert np.mean(shares) == pytest.approx(0.05, abs=0.003)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)


def test_few_samples_make_a_wide_interval():
    widths = [
        found.high - found.low
        for found in (false_alarms(np.arange(n, dtype=float)) for n in (5, 50, 500, 5000))
    ]
    assert widths == sorted(widths, reverse=True) and widths[0] > 0.4


def test_scores_that_go_together_count_as_fewer():
    calibration = np.arange(1000, dtype=float)
    found = false_alarms(calibration, 0.01, normal=20)
    assert found.value == 999 and found.normal == 20  # 20 cannot tell one in a hundred
    assert (found.low, found.high) == pytest.approx(tuple(beta.ppf([0.025, 0.975], 1, 20)))
    assert false_alarms(calibration, 0.1, normal=99).value == 909  # 90 of 99 at or below


@pytest.mark.parametrize("above", [0, 3, 20])
def test_a_threshold_set_by_hand_has_the_exact_binomial_interval(above):
    found = at_value(np.arange(20, dtype=float), 19.5 - above)
    interval = binomtest(above, 20).proportion_ci(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert (found.rule, found.share, found.wanted) == ("hand", above / 20, above / 20)


def test_labels_choose_the_threshold_that_costs_least_or_has_the_best_f1():
    rng = np.random.default_rng(2)
    unusual = rng.uniform(size=80) < 0.3
    scores = np.round(rng.normal(size=80) + unusual, 1)  # with ties
    calibration = np.sort(rng.normal(size=50))
    tried = np.concatenate([[-np.inf], np.unique(scores)])
    hits = np.array([(unusual & (scores > t)).sum() for t in tried])
    flagged = np.array([(scores > t).sum() for t in tried])
    for ratio in (0.1, 1.0, 20.0):
        found = least_cost(calibration, unusual, scores, ratio)
        alarms, missed = (~unusual & (scores > found.value)), unusual & (scores <= found.value)
        cost = (flagged - hits) + ratio * (unusual.sum() - hits)
        assert alarms.sum() + ratio * missed.sum() == pytest.approx(cost.min())
        assert found.rule == "cost"
    found = best_f1(calibration, unusual, scores)
    above = scores > found.value
    f1 = 2 * (unusual & above).sum() / (above.sum() + unusual.sum())
    assert f1 == pytest.approx((2 * hits / (flagged + unusual.sum())).max())


def test_what_cannot_be_chosen_is_a_sentence():
    calibration, scores = np.arange(5.0), np.arange(4.0)
    with pytest.raises(NoThreshold, match="known to be an anomaly"):
        best_f1(calibration, np.zeros(4, bool), scores)
    with pytest.raises(NoThreshold, match="known to be normal"):
        least_cost(calibration, np.ones(4, bool), scores, 1.0)
    with pytest.raises(NoThreshold, match="no normal validation data"):
        false_alarms(np.zeros(0))
    with pytest.raises(NoThreshold, match="between 0 and 1"):
        false_alarms(calibration, 1.5)


def test_scores_that_are_all_equal_flag_nothing():
    found = false_alarms(np.full(30, 2.0))
    assert (found.value, found.share) == (2.0, 0.0)
