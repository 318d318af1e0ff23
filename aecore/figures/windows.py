"""Windows of a series: small ones beside one another as HTML, and one of them in full."""

import html
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aecore.data.names import shortened, visible
from aecore.data.series.series import Series, of_days
from aecore.figures.colours import INPUT, THRESHOLD, TRAINING, VALIDATION
from aecore.figures.grid import svg_url
from aecore.figures.legends import literal

WIDE, HIGH, LOW, GAP = 160, 64, 20, 4  # of a drawing: its curves, its error, and between these
LEAST_ERROR = 1.0  # standard deviations: an error drawn in full height is no smaller
LEGEND = (("given", INPUT), ("reconstructed", VALIDATION), ("error", THRESHOLD))


def window_pairs(
    series: Series,
    given: np.ndarray,
    outputs: np.ndarray,
    inputs: np.ndarray | None,
    captions: Sequence[str],
    chosen: Sequence[int],
) -> str:
    """Windows and their reconstructions drawn over one another, the error below, by channel.

    Args:
        given, outputs, inputs: prepared windows (n, steps, channels), NaN where nothing was
            measured; inputs are dots where they are not what was given.
        captions: a text for each window.
        chosen: the channels that are shown.
    """
    errors = np.abs(outputs - given)
    most = max(LEAST_ERROR, float(np.nanmax(errors, initial=0.0)))
    figures = []
    for at, caption in enumerate(captions):
        pictures = []
        for channel in chosen:
            name = series.channels[channel]
            ends = _ends(given[..., channel], outputs[..., channel])
            drawing = _svg(
                [(given[at, :, channel], INPUT, 2.0), (outputs[at, :, channel], VALIDATION, 1.4)],
                ends,
                errors[at, :, channel] / most,
                inputs[at, :, channel] if inputs is not None else None,
            )
            told = f"{caption}, {name}: given and reconstructed, error below"
            pictures.append(_picture(drawing, name if len(chosen) > 1 else "", told))
        figures.append(_figure(pictures, caption))
    legend = [*LEGEND, *([("input", TRAINING)] if inputs is not None else [])]
    squares = "".join(f'<span><i style="background: {c}"></i>{name}</span>' for name, c in legend)
    return f'<div class="ae-legend">{squares}</div><div class="ae-windows">{"".join(figures)}</div>'


def window_list(
    series: Series, outputs: np.ndarray, captions: Sequence[str], chosen: Sequence[int]
) -> str:
    """Windows that a decoder gave, without any to compare them with."""
    figures = []
    for window, caption in zip(outputs, captions, strict=True):
        pictures = []
        for channel in chosen:
            curve = [(window[:, channel], TRAINING, 1.8)]
            name = series.channels[channel]
            drawing = _svg(curve, _ends(outputs[..., channel]), None)
            told = f"{caption} {name}".strip()
            pictures.append(_picture(drawing, name if len(chosen) > 1 else "", told))
        figures.append(_figure(pictures, caption))
    return f'<div class="ae-windows">{"".join(figures)}</div>'


def window_chart(
    series: Series, given: np.ndarray, output: np.ndarray, start: int, chosen: Sequence[int]
) -> go.Figure:
    """One window (steps, channels) and its reconstruction, in the user's units, by channel.

    Args:
        given, output: prepared. start: the step at which it begins.
    """
    raw, rebuilt = series.back(given), series.back(output)
    times = step_times(series, start + np.arange(len(given)))
    rows = 2 * len(chosen)
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=0.03, row_heights=[3, 1] * len(chosen)
    )
    for number, channel in enumerate(chosen):
        name = literal(series.channels[channel])
        for label, values, colour in (
            ("given", raw, INPUT),
            ("reconstructed", rebuilt, VALIDATION),
        ):
            figure.add_scatter(
                x=times, y=values[:, channel], name=label, legendgroup=label, mode="lines",
                line={"color": colour, "width": 2}, showlegend=not number,
                row=2 * number + 1, col=1,
            )  # fmt: skip
        figure.add_scatter(
            x=times, y=np.abs(rebuilt - raw)[:, channel], name="error", legendgroup="error",
            mode="lines", fill="tozeroy", line={"color": THRESHOLD, "width": 1},
            showlegend=not number, row=2 * number + 2, col=1,
        )  # fmt: skip
        figure.update_yaxes(title_text=name, row=2 * number + 1, col=1)
        figure.update_yaxes(rangemode="tozero", nticks=3, row=2 * number + 2, col=1)
    figure.update_xaxes(title_text=time_title(series), row=rows, col=1)
    figure.update_layout(
        height=90 + 190 * len(chosen),
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        hovermode="x unified",
    )
    return figure


def step_times(series: Series, steps: np.ndarray) -> np.ndarray:
    """What stands on an axis for steps (n,): times where there are some, else the steps."""
    if not series.start and series.step == 1:
        return steps
    seconds = series.start + series.step * steps
    if not series.start:
        return seconds
    return (seconds * 1000).round().astype("datetime64[ms]")


def time_title(series: Series) -> str:
    """What that axis is called."""
    if series.start:
        return "time"
    return "step" if series.step == 1 else "seconds"


def time_words(series: Series, step: int) -> str:
    """A step's time as captions tell it: '2024-03-01 06:15', a day '2024-03-01', 'step 1,200'."""
    time = step_times(series, np.array([step]))[0]
    if series.start and of_days(series.start, series.step):
        return str(np.datetime64(time, "D"))
    if series.start:
        return str(np.datetime64(time, "s")).replace("T", " ").removesuffix(":00")
    return f"step {step:,}" if series.step == 1 else f"{time:,.6g} s"


def _ends(*values: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest of values, with some room."""
    low = min(float(np.nanmin(each, initial=np.inf)) for each in values)
    high = max(float(np.nanmax(each, initial=-np.inf)) for each in values)
    if not np.isfinite([low, high]).all() or high - low < 1e-9:
        middle = low if np.isfinite(low) else 0.0
        return middle - 1, middle + 1
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def _svg(
    curves: Sequence[tuple[np.ndarray, str, float]],
    ends: tuple[float, float],
    errors: np.ndarray | None,
    dots: np.ndarray | None = None,
) -> str:
    """Curves (steps,) over one another, and an error (steps,) in [0, 1] below; gaps are grey.

    Dots (steps,) are drawn where they are not on the first curve.
    """
    steps = len(curves[0][0])
    xs = np.linspace(1, WIDE - 1, steps)
    high = HIGH + (LOW + GAP if errors is not None else 0)
    parts = [
        f'<rect x="{x - WIDE / steps / 2:.1f}" y="0" width="{WIDE / steps + 0.2:.1f}" '
        f'height="{HIGH}" fill="#7d8597" fill-opacity="0.25"/>'
        for x in xs[np.isnan(curves[0][0])]
    ]
    for values, colour, width in curves:
        ys = HIGH * (1 - (values - ends[0]) / (ends[1] - ends[0]))
        for piece in _pieces(xs, ys):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" '
                f'stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round"/>'
            )
    if dots is not None:
        ys = HIGH * (1 - (np.clip(dots, *ends) - ends[0]) / (ends[1] - ends[0]))
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.4" fill="{TRAINING}"/>'
            for x, y, dot, true in zip(xs, ys, dots, curves[0][0], strict=True)
            if abs(dot - true) > 1e-6
        ]
    if errors is not None:
        for piece in _pieces(xs, high - LOW * np.clip(errors, 0, 1)):
            inner = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            first, last = piece[0][0], piece[-1][0]
            parts.append(
                f'<polygon points="{first:.1f},{high} {inner} {last:.1f},{high}" '
                f'fill="{THRESHOLD}" fill-opacity="0.75"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}" '
        f'viewBox="0 0 {WIDE} {high}" preserveAspectRatio="none">{"".join(parts)}</svg>'
    )


def _pieces(xs: np.ndarray, ys: np.ndarray) -> list[np.ndarray]:
    """The points (n, 2) of a curve, cut where values are missing."""
    points = np.column_stack([xs, ys])
    missing = np.flatnonzero(np.isnan(ys))
    parts = np.split(points, missing)
    return [part for each in parts if len(part := each[~np.isnan(each[:, 1])])]


def _picture(drawing: str, name: str, told: str) -> str:
    title = f"<b>{_text(name)}</b>" if name else ""
    return f'{title}<img src="{svg_url(drawing)}" alt="{_text(told, 120)}">'


def _figure(pictures: list[str], caption: str) -> str:
    below = f"<figcaption>{_text(caption, 60)}</figcaption>" if caption else ""
    return f"<figure>{''.join(pictures)}{below}</figure>"


def _text(word: str, longest: int = 40) -> str:
    return html.escape(visible(shortened(word, longest)), quote=True)
