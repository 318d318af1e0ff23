"""Measures of scores agree with scikit-learn, intervals cover, verdicts say what figures say."""

import numpy as np
import pytest
from sklearn import metrics

from aecore.detection.evaluation import (
    OneSided,
    average_precision,
    bootstrapped,
    confusion,
    precision_at,
    precision_recall,
    roc,
    roc_auc,
)
from aecore.detection.over_time import blocks
from aecore.detection.verdict import sentence, verdict


def made(count: int = 400, apart: float = 1.0, seed: int = 0, digits: int = 1):
    """Truth and rounded scores, so that there are ties."""
    generator = np.random.default_rng(seed)
    truth = (generator.random(count) < 0.2).astype(np.int8)
    return truth, np.round(generator.normal(size=count) + apart * truth, digits)


def test_areas_are_those_of_scikit_learn():
    truth, scores = made()
    assert roc_auc(truth, scores) == pytest.approx(metrics.roc_auc_score(truth, scores))
    assert average_precision(truth, scores) == pytest.approx(
        metrics.average_precision_score(truth, scores)
    )


def test_curves_are_those_of_scikit_learn():
    truth, scores = made()
    rates, recalls, _ = metrics.roc_curve(truth, scores, drop_intermediate=False)
    curve = roc(truth, scores)
    np.testing.assert_allclose(curve.x, rates)
    np.testing.assert_allclose(curve.y, recalls)
    precisions, recalls, _ = metrics.precision_recall_curve(truth, scores)
    curve = precision_recall(truth, scores)
    np.testing.assert_allclose(curve.x, recalls[-2::-1])
    np.testing.assert_allclose(curve.y, precisions[-2::-1])


def test_a_long_curve_is_thinned_and_stays_the_same():
    truth, scores = made(20_000, digits=9)
    curve = roc(truth, scores)
    assert len(curve.x) <= 520
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(curve.area.value, abs=1e-3)
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)


def test_precision_among_the_highest_and_ties_at_the_border():
    truth = np.array([0, 1, 0, 1, 1, 0])
    assert precision_at(truth, np.array([1, 9, 2, 8, 3, 7])) == pytest.approx(2 / 3)
    # one place is left for two equal scores, of which one is an anomaly
    assert precision_at(truth, np.array([1, 9, 2, 8, 7, 7])) == pytest.approx((2 + 0.5) / 3)
    assert precision_at(truth, np.zeros(6)) == pytest.approx(1 / 2)


def test_confusion_at_a_threshold():
    truth, scores = made()
    found = confusion(truth, scores, 0.8)
    left, false, missed, true = metrics.confusion_matrix(truth, scores > 0.8).ravel()
    assert (found.left, found.false_alarms, found.missed, found.true_alarms) == (
        left, false, missed, true,
    )  # fmt: skip
    assert found.f1 == pytest.approx(metrics.f1_score(truth, scores > 0.8))
    assert found.precision == pytest.approx(metrics.precision_score(truth, scores > 0.8))
    assert found.recall == pytest.approx(metrics.recall_score(truth, scores > 0.8))
    assert found.false_alarm_rate == pytest.approx(false / (false + left))


@pytest.mark.parametrize("truth", [np.zeros(9, np.int8), np.ones(9, np.int8)])
def test_one_class_alone_is_refused_in_words(truth):
    for measure in (roc_auc, average_precision, precision_at, roc, precision_recall):
        with pytest.raises(OneSided, match=r"no known (anomaly|normal sample)"):
            measure(truth, np.arange(9.0))
    assert np.isnan(confusion(truth, np.zeros(9), 1.0).precision)  # no alarm


def test_an_interval_is_as_wide_as_it_should_be():
    """For normal scores the spread of the area is known (Hanley & McNeil 1982)."""
    truth, scores = made(2000, digits=9)
    found = bootstrapped(truth, scores)
    a, positives = found.value, truth.sum()
    q1, q2, negatives = a / (2 - a), 2 * a * a / (1 + a), len(truth) - positives
    variance = a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a)
    spread = np.sqrt(variance / (positives * negatives))
    assert (found.high - found.low) / (2 * 1.96 * spread) == pytest.approx(1, abs=0.15)
    assert found.low < a < found.high


def test_verdicts_are_paired_and_name_the_best_baseline():
    truth, scores = made(600, digits=9)
    noise = np.random.default_rng(5).normal(size=600)
    worse = {"pca": scores + 2 * noise, "forest": scores + 0.8 * noise}
    found = verdict(truth, scores, worse)
    assert (found.baseline, found.outcome) == ("forest", "better")
    assert found.difference.value == pytest.approx(found.network.value - found.other.value)
    # paired: the same samples with a trace of noise differ by far less than each is uncertain
    same = verdict(truth, scores, {"pca": scores + 0.05 * noise})
    assert same.outcome == "equal"
    width = same.network.high - same.network.low
    assert same.difference.high - same.difference.low < width / 4
    lost = verdict(truth, worse["pca"], {"forest": scores})
    assert lost.outcome == "worse"
    assert "is worse than isolation forest, which needs no network: ROC AUC 0." in sentence(
        lost, "The network", "Isolation forest"
    )
    assert "cannot be told apart on" in sentence(same, "The network", "PCA")
    assert "is better than the best baseline, isolation forest" in sentence(
        found, "The network", "Isolation forest"
    )


LENGTH = 64  # of the windows below, whose steps are alike


def in_time(events: int, seed: int, better: float = 0.0):
    """Truth of steps, smooth noise as two scores, the first `better` in events; their blocks."""
    generator = np.random.default_rng(seed)
    truth = np.zeros(4000, np.int8)
    for start in generator.choice(np.arange(100, 3800, 250), events, replace=False):
        truth[start : start + 60] = 1
    kernel = np.full(LENGTH, LENGTH**-0.5)
    one, other = (np.convolve(row, kernel, "valid") for row in
                  generator.normal(size=(2, len(truth) + LENGTH - 1)))  # fmt: skip
    known = np.ones(len(truth), bool)
    return truth, one + better * truth, other, blocks(truth, known, LENGTH)


@pytest.mark.parametrize("events", [3, 4, 8])
def test_unrelated_smooth_scores_cannot_be_told_apart(events):
    told = []
    for seed in range(20):
        truth, one, other, together = in_time(events, seed)
        found = verdict(truth, one, {"pca": other}, blocks=together)
        told.append(found.outcome)
        assert found.blocks[0] == events and 0 <= found.network.low < found.network.high <= 1
    assert told.count("equal") >= 18


def test_a_better_score_of_a_series_is_found_better():
    for seed in range(5):
        truth, one, other, together = in_time(8, seed, better=3.0)
        assert verdict(truth, one, {"pca": other}, blocks=together).outcome == "better"
        assert verdict(truth, other, {"pca": one}, blocks=together).outcome == "worse"


def test_two_events_are_too_few_for_a_verdict():
    truth, one, other, together = in_time(2, 0, better=9.0)
    found = verdict(truth, one, {"pca": other}, blocks=together)
    assert found.outcome == "equal" and np.isnan(found.network.low)
    words = "cannot be told apart: there are too few events, 2 of at least 3 (ROC AUC 1.000"
    assert words in sentence(found, "The network", "PCA")
    found = verdict(1 - truth, -one, {"pca": -other}, blocks=together)
    assert "too few normal stretches" in sentence(found, "The network", "PCA")
    truth, one, other, together = in_time(4, 0)
    found = verdict(truth, one, {"pca": other}, blocks=together)
    assert "on 4 events and 55 normal stretches: " in sentence(found, "The network", "PCA")


def test_samples_that_are_blocks_of_their_own_are_independent():
    truth, scores = made()
    alone = bootstrapped(truth, scores, blocks=np.arange(len(truth))[::-1].copy())
    plain = bootstrapped(truth, scores)
    width = (alone.high - alone.low) / (plain.high - plain.low)
    assert width == pytest.approx(1, abs=0.1)
