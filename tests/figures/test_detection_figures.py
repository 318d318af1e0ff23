"""Figures of detectors, from numbers alone."""

import numpy as np
import pytest

from aecore.data.series.series import Series
from aecore.figures.description import description
from aecore.figures.detection import (
    confusion_table,
    precision_recall_figure,
    roc_figure,
    score_distribution,
)
from aecore.figures.detection_over_time import MOST_SHADED, score_over_time
from aecore.figures.reasons import heat_over, largest


def test_each_group_is_drawn_as_shares_of_itself():
    groups = {"normal": np.linspace(0, 1, 900), "anomalies": np.full(9, 2.0), "judged": np.zeros(0)}
    figure = score_distribution(groups, 1.5)
    assert [trace.name for trace in figure.data] == ["normal", "anomalies"]  # none of nothing
    for trace, scores in zip(figure.data, groups.values(), strict=False):
        assert sum(trace.y) == pytest.approx(100) and sum(trace.customdata) == len(scores)
    assert figure.layout.xaxis.type == "linear" and "1.50" in figure.layout.annotations[0].text


def test_scores_far_away_are_drawn_by_their_ratios():
    figure = score_distribution({"normal": np.linspace(1, 2, 99), "anomalies": np.array([1e6])}, 3)
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.annotations[0].x == pytest.approx(np.log10(3))  # or it is far outside
    assert sum(figure.data[1].customdata) == 1


def test_equal_scores_are_drawn_too():
    figure = score_distribution({"normal": np.ones(5)}, 1.0)
    assert sum(figure.data[0].customdata) == 5


def test_curves_have_a_random_score_and_the_threshold_beside_them():
    curves = {"this model": (np.linspace(0, 1, 9), np.ones(9)), "PCA": ([0, 1], [0, 1])}
    figure = roc_figure(curves, (0.1, 0.7))
    assert [trace.name for trace in figure.data] == [*curves, "random score", "threshold"]
    assert figure.data[-1].x == (0.1,) and figure.data[-1].y == (0.7,)
    assert "Series: this model, PCA" in description(figure)
    figure = precision_recall_figure(curves, 0.02)
    assert figure.data[-1].name == "random score" and figure.data[-1].y == (0.02, 0.02)


def test_what_is_flagged_is_told_of_both():
    shown = confusion_table(np.array([[98, 2], [1, 3]]), "normal", "<odd>")
    assert "98 (98.0%)" in shown and "3 (75.0%)" in shown and "&lt;odd&gt;" in shown


SERIES = Series(("a<b", "b"), 24, 4, 1.7e9, 60.0, (0.0, 0.0), (1.0, 1.0))


def test_a_score_stands_below_its_series_with_events_and_what_was_learnt():
    values = np.random.default_rng(0).normal(size=(5000, 2))
    scores = np.full(5000, np.nan)
    scores[4000:] = 1
    figure = score_over_time(SERIES, values, scores, 2.0, [1], [(4200, 4300)], learnt=(0, 3000))
    assert [trace.name for trace in figure.data] == ["b", "score"]
    shades = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert len(shades) == 4  # two in each of two panels
    part = score_over_time(
        SERIES, values[4100:], scores[4100:], 2.0, [0, 1], [(4200, 4300), (10, 20)], (0, 3000), 4100
    )
    shades = [shape for shape in part.layout.shapes if shape.type == "rect"]
    assert len(shades) == 3  # the event within it, in three panels; nothing learnt
    assert part.data[0].name == "a&lt;b" and part.data[0].x[0] > figure.data[0].x[0]


def test_anomalies_of_a_part_are_shaded_however_many_lie_before_it():
    many = [(10 * place, 10 * place + 4) for place in range(2 * MOST_SHADED)]
    values, scores = np.zeros((100, 2)), np.ones(100)
    part = score_over_time(SERIES, values, scores, 2.0, [0], many, first=3000)
    assert sum(shape.type == "rect" for shape in part.layout.shapes) == 2 * 10
    whole = score_over_time(SERIES, np.zeros((4000, 2)), np.ones(4000), 2.0, [0], many)
    assert sum(shape.type == "rect" for shape in whole.layout.shapes) == 2 * MOST_SHADED


def test_heat_lies_where_it_counts():
    images = np.full((2, 4, 4, 1), 255, np.uint8)
    reasons = np.zeros((2, 4, 4))
    reasons[0, 1, 2] = 0.25
    heat = heat_over(images, reasons)
    assert heat.shape == (2, 4, 4, 3) and heat.min() >= 0 and heat.max() <= 1
    red = heat[..., 0] - heat[..., 1]
    assert red[0].argmax() == 6 and np.allclose(red[0].sum(), red.max()) and not red[1].any()


def test_the_largest_shares_are_named():
    assert largest(np.array([0.1, 0, 0.9]), ("a", "b", "c")) == [("c", 0.9), ("a", 0.1)]
