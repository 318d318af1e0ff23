"""Figures are described in words."""

import plotly.graph_objects as go

from aecore.figures.description import description


def test_a_description_names_kind_axes_and_series():
    figure = go.Figure().update_layout(xaxis_title="epoch", yaxis_title="loss")
    assert description(figure) == "Empty chart of loss by epoch."
    figure.add_scatter(x=[1, 2], y=[3, 4], name="training", mode="lines")
    assert description(figure) == "Line chart of loss by epoch."
    figure.add_scatter(x=[1, 2], y=[3, 4], name="validation", mode="lines")
    assert description(figure) == "Line chart of loss by epoch. Series: training, validation."


def test_points_and_three_dimensions_are_told():
    figure = go.Figure().add_scatter(x=[1], y=[1], mode="markers")
    assert description(figure) == "Scatter plot."
    space = go.Figure().add_scatter3d(x=[1], y=[1], z=[1], mode="markers")
    space.update_layout(scene={"xaxis": {"title": {"text": "PC 1"}}})
    assert description(space) == "Scatter plot in 3-D by PC 1."


def test_of_many_series_only_some_are_named():
    figure = go.Figure()
    for number in range(20):
        figure.add_bar(x=[1], y=[1], name=f"class {number}")
    assert description(figure).endswith("class 11 and 8 more.")
