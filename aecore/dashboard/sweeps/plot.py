"""The results of a sweep: a figure over the varied settings, the best run, the table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from aecore.dashboard.parts.form import shown_value
from aecore.data.kinds import kind_of
from aecore.data.spreadsheet import as_csv
from aecore.figures.colours import RUNS
from aecore.figures.ends import named_at_the_ends
from aecore.figures.heat import heat_map
from aecore.figures.lines import bar_chart, line_chart
from aecore.runs.series import Point
from aecore.training.sweep import Sweep, declares, may_vary, written

MOST_TICKS = 16  # values that an axis can name
MOST_LINES = 10  # as many as there are colours


@dataclass(frozen=True)
class Figure:
    """A figure of a run: its name, the title of its axis, how it is written, which way is good."""

    label: str
    axis: str
    form: str = ".4g"
    better: int = 0  # 1: the higher, -1: the lower, 0: neither


FIGURES = {
    "sse": Figure("Error (SSE)", "squared error per image", ".2f", -1),
    "psnr": Figure("PSNR", "PSNR, dB", ".1f", 1),
    "ssim": Figure("SSIM", "SSIM", ".3f", 1),
    "mse": Figure("Error per value (MSE)", "squared error per value", ".4f", -1),
    "r2": Figure("R²", "R²", ".3f", 1),
    "accuracy": Figure("Accuracy", "accuracy", ".3f", 1),
    "mixed": Figure("Mixed loss", "mixed loss", ".4f", -1),
    "bce": Figure("Cross-entropy", "cross-entropy, nats per image", ".2f", -1),
    "val_loss": Figure("Validation loss", "validation loss", ".4g", -1),
    "loss": Figure("Training loss", "training loss", ".4g", -1),
    "seconds": Figure("Training time", "training time, s", ".1f", -1),
    "parameters": Figure("Parameters", "parameters", ",.0f"),
    "code_size": Figure("Latent size", "latent size", ",.0f"),
    "epoch": Figure("Epochs trained", "epochs trained", ".0f"),
    "elbo": Figure("ELBO", "ELBO, nats", ".1f", 1),
    "kl": Figure("KL divergence", "KL divergence, nats", ".1f"),
    "jacobian": Figure("‖∂z/∂x‖", "norm of the encoder's Jacobian", ".2f"),
    "active": Figure("Active units", "share of active units", ".3f"),
    "dead": Figure("Dead units", "units that are never active", ".0f", -1),
}


def figure_of(name: str) -> Figure:
    """How a figure is shown, also one that only a single type has."""
    words = name.replace("val_", "validation ").replace("_", " ")
    return FIGURES.get(name) or Figure(words.capitalize(), words)


def figures_at_hand(points: dict[str, Point]) -> list[str]:
    """The figures that any point has, the usual ones first."""
    there = {name for point in points.values() for name in finite(point)}
    return [*(name for name in FIGURES if name in there), *sorted(there - set(FIGURES))]


def finite(point: Point) -> dict[str, float]:
    """The figures that are numbers: a training that diverged has others, too."""
    return {name: value for name, value in point.figures.items() if math.isfinite(value)}


def _column(points: dict[str, Point], name: str) -> dict[str, float]:
    """label → a figure, of the points that have it."""
    rows = {label: finite(point) for label, point in points.items()}
    return {label: figures[name] for label, figures in rows.items() if name in figures}


def as_lines(sweep: Sweep) -> bool:
    """Whether two axes can be drawn as a few lines over numbers."""
    return any(
        is_numeric(sweep, across) and len(sweep.axes[other]) <= MOST_LINES
        for across, other in zip(sweep.axes, [*sweep.axes][::-1], strict=True)
    )


def is_numeric(sweep: Sweep, name: str) -> bool:
    """Whether an axis has an order and distances: a seed has neither."""
    return name != "seed" and declares(sweep.base, name).type_of(name) in (int, float)


def plot(sweep: Sweep, points: dict[str, Point], name: str, heat: bool) -> go.Figure:
    """A figure of all points that have it.

    Args:
        heat: draw two axes as a heat map, not as lines or bars.
    """
    values = {sweep.combinations[label]: number for label, number in _column(points, name).items()}
    figure = figure_of(name)
    if len(sweep.axes) == 2 and heat:
        return _heat(sweep, values, figure)
    across, *others = sweep.axes
    if others and (
        not is_numeric(sweep, across)
        or (is_numeric(sweep, others[0]) and len(sweep.axes[others[0]]) > len(sweep.axes[across]))
    ):
        across, others = others[0], [across]
        values = {key[::-1]: number for key, number in values.items()}
    if not others:
        return _over(
            sweep, across, {"": {key[0]: number for key, number in values.items()}}, figure
        )
    each = sweep.axes[others[0]]
    lines = {  # those without a point yet, too: or colours would change while it fills
        line: {key[0]: number for key, number in values.items() if key[1] == value}
        for line, value in zip(_names(sweep, others[0], each), each, strict=True)
    }
    drawn = _over(sweep, across, lines, figure)
    label = may_vary(sweep.base)[others[0]].label
    if is_numeric(sweep, across):
        return named_at_the_ends(drawn, label)
    return drawn.update_layout(legend_title_text=label, showlegend=True)


def _over(sweep: Sweep, name: str, lines: dict[str, dict], figure: Figure) -> go.Figure:
    """Lines over a numeric axis, bars over any other; lines: name → value → number."""
    label, axis = may_vary(sweep.base)[name].label, sweep.axes[name]
    if not is_numeric(sweep, name):
        shown = [value for value in axis if any(value in numbers for numbers in lines.values())]
        bars = {
            line: [numbers.get(value, math.nan) for value in shown]
            for line, numbers in lines.items()
        }
        return bar_chart(bars, _names(sweep, name, shown), figure.axis, label)
    curves = {
        line: (xs := sorted(numbers), [numbers[x] for x in xs]) for line, numbers in lines.items()
    }
    return _spaced(line_chart(curves, label, figure.axis), axis)


def _spaced(drawn: go.Figure, values: Sequence[float]) -> go.Figure:
    """The horizontal axis spaced as the values are: by their ratios if those are more even."""
    log = _in_ratios(values)
    ends = np.log10([min(values), max(values)]) if log else np.array([min(values), max(values)])
    margin = 0.04 * (ends[1] - ends[0]) or 0.5
    drawn.update_xaxes(type="log" if log else "linear", range=[ends[0] - margin, ends[1] + margin])
    if len(values) <= MOST_TICKS:
        drawn.update_xaxes(tickvals=sorted(values), ticktext=[written(v) for v in sorted(values)])
    return drawn


def _in_ratios(values: Sequence[float]) -> bool:
    """Whether ratios of neighbours are more alike than their distances: 4, 8, 16, 32."""
    if min(values) <= 0 or len(values) < 3:
        return min(values) > 0 and max(values) >= 10 * min(values)
    steps = np.diff(np.sort(np.asarray(values, float)))
    ratios = np.diff(np.log(np.sort(np.asarray(values, float))))
    return bool(np.std(ratios) / np.mean(ratios) < np.std(steps) / np.mean(steps))


def to_come(sweep: Sweep) -> go.Figure:
    """The axes of a sweep of which no run has finished yet, with the places of its points."""
    figure = figure_of(kind_of(sweep.base.shape).error.metric)
    across = next((name for name in sweep.axes if is_numeric(sweep, name)), next(iter(sweep.axes)))
    label, values = may_vary(sweep.base)[across].label, sweep.axes[across]
    numeric = is_numeric(sweep, across)
    places = list(values) if numeric else _names(sweep, across, values)
    drawn = go.Figure(
        go.Scatter(
            x=places,
            y=[0] * len(places),
            mode="markers",
            marker={"symbol": "circle-open", "size": 10, "color": RUNS[0]},
            hoverinfo="skip",
        )
    )
    drawn.update_layout(
        height=320,
        margin={"l": 10, "r": 10, "t": 36, "b": 10},
        xaxis_title=label,
        yaxis_title=figure.axis,
    )
    drawn.update_yaxes(range=[0, 1], showticklabels=False)
    drawn.add_annotation(
        text="A point appears here as soon as the first run has finished.",
        x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
    )  # fmt: skip
    return _spaced(drawn, values) if numeric else drawn.update_xaxes(type="category")


def _heat(sweep: Sweep, values: dict[tuple, float], figure: Figure) -> go.Figure:
    (first, columns), (second, rows) = (
        (name, sorted(given) if is_numeric(sweep, name) else list(given))
        for name, given in sweep.axes.items()
    )
    grid = np.array([[values.get((x, y), math.nan) for x in columns] for y in rows])
    known = may_vary(sweep.base)
    return heat_map(
        grid,
        _names(sweep, first, columns),
        _names(sweep, second, rows),
        (known[first].label, known[second].label, figure.axis),
        figure.form,
        figure.better > 0,
    )


def value_shown(sweep: Sweep, name: str, value) -> str:
    """A value of an axis or of a fixed setting as a page shows it."""
    return shown_value(name, value, "" if "dataset" in sweep.axes else sweep.base.dataset)


def _names(sweep: Sweep, name: str, values: Sequence) -> list[str]:
    """What values are called, each otherwise."""
    shown = [value_shown(sweep, name, value) for value in values]
    return shown if len(set(shown)) == len(shown) else [written(value) for value in values]


def in_words(sweep: Sweep, label: str) -> str:
    """'Latent size 8, Learning rate 0.001'."""
    known = may_vary(sweep.base)
    values = zip(sweep.axes, sweep.combinations[label], strict=True)
    return ", ".join(f"{known[name].label} {value_shown(sweep, name, v)}" for name, v in values)


def best_of(points: dict[str, Point], name: str) -> tuple[str, str] | None:
    """The labels of the best and the worst point by a figure, if any has it."""
    numbers = _column(points, name)
    if not numbers:
        return None
    low, high = min(numbers, key=lambda n: numbers[n]), max(numbers, key=lambda n: numbers[n])
    return (high, low) if figure_of(name).better > 0 else (low, high)


def sweep_csv(sweep: Sweep, points: dict[str, Point]) -> str:
    """All points and all their figures as a table."""
    names = figures_at_hand(points)
    rows = []
    for label, values in sweep.combinations.items():
        point = points.get(label)
        state, run = (point.state, point.run.id if point.run else "") if point else ("missing", "")
        figures = point.figures if point else {}
        rows.append([*map(written, values), state, run, *(figures.get(name, "") for name in names)])
    return as_csv((*sweep.axes, "state", "run", *names), rows)
