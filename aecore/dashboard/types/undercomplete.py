"""Panel of the undercomplete type: the error over the latent size, and by class."""

import numpy as np
import streamlit as st

from aecore.analysis.classes import ClassErrors
from aecore.analysis.principal import PcaCurve
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import escaped, plain
from aecore.dashboard.services import study
from aecore.dashboard.types.series import series_panel
from aecore.figures.lines import bar_chart, line_chart
from aecore.figures.numbers import proportion
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.training.comparisons import bottlenecks
from aecore.training.experiment import Experiment

EASY, HARD = ("0", "1", "7"), ("8", "5", "3")  # the textbook's


def bottleneck(run: Run, report: Report) -> None:
    """The sweep over latent sizes, and the error by class."""
    series = bottlenecks(Experiment.of("undercomplete", dataset=run.dataset))
    st.markdown(f"##### How small can the code be? · {escaped(run.source.title)}")
    st.caption(
        "The same network and settings with latent sizes of 2 to 128, compared with PCA with the "
        "same number of components. Each point is a separate run."
    )
    with st.spinner("Computing the principal components…"):
        curve = study(run, PcaCurve)
    pixels = report.architecture.image[0] * report.architecture.image[1]
    pixels *= report.architecture.image[2]
    series_panel(f"sweep.{run.dataset}", series, lambda found: _sweep(run, curve, pixels, found))
    if len(run.source.classes) > 1:
        st.divider()
        _by_class(run, report.architecture.code_size)


def _sweep(run: Run, curve: PcaCurve, pixels: int, found: dict[str, Point]) -> None:
    sizes = [int(label) for label in found]
    shown = np.isin(curve.sizes, sizes)
    left, right = st.columns(2, gap="medium")
    for cell, metric, title, others in (
        (left, "sse", "squared error per image", curve.sse),
        (right, "psnr", "PSNR, dB", curve.psnr),
    ):
        curves = {
            "undercomplete": (sizes, [point.figures[metric] for point in found.values()]),
            "PCA": (curve.sizes[shown], others[shown]),
        }
        with cell:
            chart(
                line_chart(curves, "latent size", title, log_across=True),
                f"sweep-{metric}-{run.dataset}",
            )
    st.dataframe(
        {
            "latent size": sizes,
            "compression": [proportion(pixels / size) for size in sizes],
            "SSE": [f"{point.figures['sse']:.2f}" for point in found.values()],
            "SSE of PCA": [f"{curve.at(size):.2f}" for size in sizes],
            "PSNR (dB)": [f"{point.figures['psnr']:.1f}" for point in found.values()],
            "parameters": [f"{point.figures['parameters']:,.0f}" for point in found.values()],
        },
        hide_index=True,
        key=f"bottleneck.table.{run.dataset}",
    )
    st.markdown(
        _gain(
            sizes,
            [curve.at(s) / p.figures["sse"] for s, p in zip(sizes, found.values(), strict=True)],
        )
    )


def _gain(sizes: list[int], times: list[float]) -> str:
    """A sentence on how PCA's error compares with the network's, for ratios (sizes,)."""
    best = max(range(len(sizes)), key=times.__getitem__)
    worse = [str(size) for size, ratio in zip(sizes, times, strict=True) if ratio < 1]
    if times[best] <= 1:
        return "None of these is better than PCA: non-linearity gains nothing here."
    words = (
        f"Non-linearity gains most at a latent size of **{sizes[best]}**, where PCA's error is "
        f"**{times[best]:.1f} times** the network's."
    )
    return f"{words} At {' and '.join(worse)} PCA is better." if worse else words


def _by_class(run: Run, code: int) -> None:
    st.markdown("##### Error by class")
    with st.spinner("Measuring each class…"):
        errors = study(run, ClassErrors)
    names = [run.source.classes[label] for label in errors.labels]
    ways = {  # name → what errors are divided by, title of the axis
        "Squared error": (np.ones(len(names)), "squared error per image"),
        "Per ink": (np.maximum(errors.ink, 1e-9), "squared error per unit of ink"),
        "Per variance": (
            np.maximum(errors.spread / 100, 1e-9),
            "error, % of the class variance",
        ),
    }
    way = st.segmented_control(
        "Measure",
        list(ways),
        default="Squared error",
        required=True,
        key=f"{run.key}.classes.measure",
        label_visibility="collapsed",
    )
    by, title = ways[way]
    bars = {"this model": errors.sse / by, f"PCA, {code} components": errors.pca / by}
    chart(
        bar_chart(bars, names, title, "class", errors.half / by),
        f"{run.id}-class-errors-{list(ways).index(way)}",
    )
    st.caption(
        "Means over test images, with 95% confidence intervals. Ink is the sum of an image's "
        "pixel values. Variance is the mean squared distance of the images of a class from the "
        "mean training image, which is the error of a latent size of 0."
    )
    if {*EASY, *HARD} <= set(names):
        _claim(names, errors)


def _claim(names: list[str], errors: ClassErrors) -> None:
    """Whether the classes differ as textbooks say, by three measures."""
    number = {name: int(label) for name, label in zip(names, errors.labels, strict=True)}
    easy, hard = [number[n] for n in EASY], [number[n] for n in HARD]
    found = {
        "squared error": errors.compare(easy, hard),
        "error per ink": errors.compare(easy, hard, errors.ink),
        "error per variance": errors.compare(easy, hard, errors.spread),
    }
    apart, pairs = found["squared error"]
    verdict = {0: "not confirmed", pairs: "confirmed"}.get(apart, "partly confirmed")
    order = [plain(names[i]) for i in np.argsort(errors.sse)]
    st.markdown(
        f"**Textbooks say** that {', '.join(EASY[:-1])} and {EASY[-1]} survive the bottleneck "
        f"while {', '.join(HARD[:-1])} and {HARD[-1]} blur. By squared error this is "
        f"**{verdict}**: in {apart} of {pairs} pairs the first is reconstructed better, with "
        f"non-overlapping 95% intervals. The best classes are {', '.join(order[:3])}, the worst "
        f"{', '.join(order[:-4:-1])}. A 1 has little ink and therefore a small error, which does "
        "not by itself make it easy: by error per ink the claim holds in "
        f"**{found['error per ink'][0]} of {pairs}** pairs, by error per variance in "
        f"**{found['error per variance'][0]} of {pairs}**."
    )
