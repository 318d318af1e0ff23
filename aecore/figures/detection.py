"""How a detector does: the distribution of its scores, curves over all thresholds, a confusion."""

import html
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from aecore.figures.colours import ENCODER, INPUT, OWN, THRESHOLD
from aecore.figures.lines import Curve, line_chart
from aecore.figures.numbers import significant

BINS = 60
MOST_POINTS = 400  # of a curve over all thresholds
WIDE = 100.0  # as many times the median that the highest score lies on a logarithmic axis
CALIBRATION, NORMAL, ANOMALIES, UNKNOWN = "normal validation data", "normal", "anomalies", "judged"
COLOURS = {CALIBRATION: INPUT, NORMAL: ENCODER, ANOMALIES: THRESHOLD, UNKNOWN: ENCODER}


def score_distribution(
    groups: Mapping[str, np.ndarray], threshold: float, own: np.ndarray | None = None
) -> go.Figure:
    """The scores of groups of samples, each as shares of its group, with the threshold.

    Args:
        groups: name → scores (n,); empty groups are left out.
        own: scores of the user's new samples, a line each.
    """
    groups = {name: scores for name, scores in groups.items() if len(scores)}
    every = np.concatenate([*groups.values(), [threshold], own if own is not None else []])
    edges, log = _edges(every)
    figure = go.Figure()
    for name, scores in groups.items():
        counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)
        centres = np.sqrt(edges[:-1] * edges[1:]) if log else (edges[:-1] + edges[1:]) / 2
        outline = name == CALIBRATION
        figure.add_scatter(
            x=centres,
            y=100 * counts / len(scores),
            customdata=counts,
            name=name,
            mode="lines",
            line={
                "shape": "hvh",
                "color": COLOURS.get(name, OWN),
                "width": 1.5,
                "dash": "dot" if outline else "solid",
            },
            fill=None if outline else "tozeroy",
            hovertemplate="score %{x:.3g}: %{customdata} (%{y:.1f}%)",
        )
    for score in own if own is not None else []:
        figure.add_vline(float(score), line={"color": OWN, "width": 2})
    figure.add_vline(
        threshold,
        line={"color": THRESHOLD, "dash": "dash", "width": 2},
        annotation={
            "text": f"threshold {significant(threshold)}",
            "yanchor": "bottom",
            "xanchor": "right",
        },
    )
    if log:  # on which Plotly places words, other than lines, by their logarithms
        figure.update_annotations(x=np.log10(threshold))
    ends = np.log10(edges[[0, -1]]) if log else edges[[0, -1]]
    figure.update_xaxes(type="log" if log else "linear", range=ends, title_text="score")
    return figure.update_layout(
        height=320,
        margin={"l": 10, "r": 10, "t": 48, "b": 10},
        yaxis={"title": "share of each group, %", "rangemode": "tozero"},
        legend={"orientation": "h", "x": 0, "y": 1.08, "yanchor": "bottom"},
    )


def _edges(scores: np.ndarray) -> tuple[np.ndarray, bool]:
    """Edges of bins, and whether they are spaced by ratios: where few scores are far away."""
    low, high = float(scores.min()), float(scores.max())
    if low > 0 and high > WIDE * float(np.median(scores)):
        return np.geomspace(low * 0.95, high * 1.05, BINS + 1), True
    room = 0.02 * (high - low) or 0.5
    return np.linspace(low - room, high + room, BINS + 1), False


def roc_figure(curves: Mapping[str, Curve], at: tuple[float, float] | None = None) -> go.Figure:
    """ROC curves by name: shares of false alarms and of anomalies found, over all thresholds.

    Args:
        at: the two shares at the threshold, marked.
    """
    figure = _over_thresholds(
        curves, "share of normal samples flagged", "share of anomalies found", at, (0.0, 1.0)
    )
    inside = {"x": 1, "y": 0.02, "xanchor": "right", "yanchor": "bottom", "orientation": "v"}
    return figure.update_layout(legend={**inside, "bgcolor": "rgba(0, 0, 0, 0)"})


def precision_recall_figure(
    curves: Mapping[str, Curve], share: float, at: tuple[float, float] | None = None
) -> go.Figure:
    """Curves of recall and precision by name, over all thresholds, in the colours of `roc_figure`.

    Args:
        share: of anomalies: the precision of a random score.
        at: recall and precision at the threshold, marked.
    """
    figure = _over_thresholds(
        curves, "recall: share of anomalies found", "precision", at, (share, share)
    )
    return figure.update_layout(showlegend=False)


def _over_thresholds(
    curves: Mapping[str, Curve],
    across: str,
    up: str,
    at: tuple[float, float] | None,
    chance: tuple[float, float],
) -> go.Figure:
    few = {name: _fewer(*map(np.asarray, curve)) for name, curve in curves.items()}
    figure = line_chart(few, across, up, height=360)
    figure.update_traces(mode="lines")
    figure.add_scatter(
        x=[0, 1], y=chance, mode="lines", name="random score", hoverinfo="skip",
        line={"color": INPUT, "dash": "dot", "width": 1},
    )  # fmt: skip
    if at is not None:
        figure.add_scatter(
            x=[at[0]], y=[at[1]], mode="markers", name="threshold",
            marker={"color": THRESHOLD, "size": 10, "symbol": "diamond"},
            hovertemplate="%{x:.1%}: %{y:.1%}",
        )  # fmt: skip
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")
    return figure.update_layout(margin={"l": 10, "r": 10, "t": 10, "b": 10})


def _fewer(xs: np.ndarray, ys: np.ndarray) -> Curve:
    """A curve of at most `MOST_POINTS` points, its ends among them."""
    if len(xs) <= MOST_POINTS:
        return xs, ys
    places = np.unique(np.linspace(0, len(xs) - 1, MOST_POINTS).astype(int))
    return xs[places], ys[places]


def confusion_table(counts: np.ndarray, normal: str, anomaly: str) -> str:
    """What was flagged of normal samples and of anomalies, as an HTML table.

    Args:
        counts (2, 2): row: normal, anomaly; column: not flagged, flagged.
        normal, anomaly: what the rows are called.
    """
    lines = []
    for name, row in zip((normal, anomaly), np.asarray(counts), strict=True):
        total = max(1, int(row.sum()))
        cells = "".join(f"<td>{int(n):,} ({n / total:.1%})</td>" for n in row)
        lines.append(f'<tr><th scope="row">{html.escape(name)}</th>{cells}</tr>')
    heads = '<td></td><th scope="col">not flagged</th><th scope="col">flagged</th>'
    return (
        f'<div class="ae-rows"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )
