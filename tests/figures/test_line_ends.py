"""Names of lines at their ends."""

import itertools

import pytest

from aecore.figures.ends import named_at_the_ends, spread
from aecore.figures.lines import line_chart


@pytest.mark.parametrize(
    "places", [[0.5], [0.1, 0.5, 0.9], [0.5, 0.5, 0.5], [0.97, 0.98, 0.99, 1.0], []]
)
def test_names_keep_apart_and_within_the_figure(places):
    found = spread(places, 0.1)
    assert all(after - before >= 0.1 - 1e-9 for before, after in itertools.pairwise(found))
    assert all(place <= 1 for place in found)
    assert found == pytest.approx(places) or places not in ([0.5], [0.1, 0.5, 0.9], [])


def test_each_line_is_named_once_in_the_order_of_its_end():
    figure = line_chart({"low": ([1, 2], [3.0, 1.0]), "high": ([1, 2], [3.0, 1.1])}, "x", "y")
    named_at_the_ends(figure, "Kind")
    names = [each.text.split("> ")[-1] for each in figure.layout.annotations]
    assert names == ["low", "high", "Kind"] and not figure.layout.showlegend
    low, high, _ = (each.y for each in figure.layout.annotations)
    assert high - low > 0.05
