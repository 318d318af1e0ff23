"""A series is drawn with its parts, gaps and windows, however long it is."""

import numpy as np

from aecore.figures.sparklines import sparklines
from aecore.figures.timeline import MOST_POINTS, Course, closeup, normal_stretch, timeline


def course(count: int = 400, channels: int = 2, start: float = 0.0, step: float = 1.0) -> Course:
    steps = np.arange(count)
    values = np.column_stack([np.sin(steps / (5 + c)) for c in range(channels)])
    values[100:140] = np.nan
    return Course(values, [f"c<{c}>" for c in range(channels)], start, step)


def rectangles(figure) -> set[tuple[float, float]]:
    return {(float(shape.x0), float(shape.x1)) for shape in figure.layout.shapes}


def test_parts_gaps_and_the_window_are_marked():
    figure = timeline(course(), [0, 280, 320, 400], (150, 174))
    assert rectangles(figure) == {(0, 280), (280, 320), (320, 400), (100, 140), (150, 174)}
    assert [a.text for a in figure.layout.annotations] == ["training", "validation", "test"]
    assert len(figure.data) == 2 and np.isnan(np.array(figure.data[0].y)[100:140]).all()
    assert figure.data[0].name == "c&lt;0&gt;"


def test_a_long_series_keeps_its_extremes_in_few_points():
    whole = course(100_003, 1)
    whole.values[77_777] = 9.0
    whole.values[44_444] = -9.0
    curve = timeline(whole, [0, 70_002, 80_002, 100_003], (0, 8)).data[0]
    assert len(curve.y) <= MOST_POINTS + 2
    assert np.nanmax(curve.y) == 9.0 and np.nanmin(curve.y) == -9.0
    at = float(np.array(curve.x)[np.nanargmax(curve.y)])
    assert abs(at - 77_777) < 150


def test_times_are_dates_where_they_are_known():
    figure = timeline(course(start=1704067200.0, step=3600.0), [0, 280, 320, 400], (0, 24))
    assert str(figure.data[0].x[24]).startswith("2024-01-02")
    assert timeline(course(step=0.5), [0, 280, 320, 400], (0, 24)).data[0].x[1] == 0.5


def test_a_window_is_seen_close_up_with_the_next():
    figure = closeup(course(), 200, 24, 6)
    assert rectangles(figure) == {(200, 224), (206, 230)}
    assert min(figure.data[0].x) == 176 and max(figure.data[0].x) == 253
    at_the_end = closeup(course(), 376, 24, 6)
    assert rectangles(at_the_end) == {(376, 400)}


def test_only_a_few_channels_are_drawn():
    assert len(timeline(course(channels=9), [0, 280, 320, 400], (0, 24)).data) == 4


def test_small_curves_have_gaps_where_steps_are_missing():
    windows = np.random.default_rng(0).normal(size=(3, 20, 2))
    windows[1, 5:8] = np.nan
    windows[2] = np.nan
    shown = sparklines(windows, 3)
    assert shown.count("<img") == 3 and "Window 2 of 20 steps" in shown


def test_the_normal_stretch_is_shaded_and_another_can_be_dragged():
    hours = course(start=1704067200.0, step=3600.0)
    figure = normal_stretch(hours, (24, 48))
    ends = {str(figure.layout.shapes[0].x0)[:13], str(figure.layout.shapes[0].x1)[:13]}
    assert ends == {"2024-01-02T00", "2024-01-03T00"} and figure.layout.dragmode == "select"
    assert hours.step_at("2024-01-02 00:29:00.123") == 24
    assert hours.step_at("2024-01-03") == 48
    assert course(step=0.5).step_at("12.3") == 25
