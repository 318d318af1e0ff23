"""Panel of the undercomplete type: what the size of the bottleneck costs, and whom."""

import streamlit as st

from aecore.analysis.classes import ClassErrors
from aecore.analysis.principal import PcaCurve
from aecore.analysis.report import Report
from aecore.dashboard.charts import chart
from aecore.dashboard.series import series_panel
from aecore.dashboard.services import study
from aecore.figures.lines import bar_chart, line_chart
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.training.experiment import Experiment
from aecore.training.series import bottlenecks

EASY, HARD = ("0", "1", "7"), ("8", "5", "3")  # the textbook's


def bottleneck(run: Run, report: Report) -> None:
    """The sweep over code sizes, and the error by class."""
    series = bottlenecks(Experiment.of("undercomplete", dataset=run.dataset))
    st.markdown(f"##### How small may the code be? · {run.source.title}")
    st.caption(
        "The same network and training with codes of 2 to 128 numbers, beside PCA with as many "
        "components. Each point is a run of its own."
    )
    with st.spinner("Working out the principal components…"):
        curve = study(run, PcaCurve)
    pixels = report.architecture.image[0] * report.architecture.image[1]
    pixels *= report.architecture.image[2]
    series_panel(f"sweep.{run.dataset}", series, lambda found: _sweep(run, curve, pixels, found))
    if len(run.source.classes) > 1:
        st.divider()
        _by_class(run)


def _sweep(run: Run, curve: PcaCurve, pixels: int, found: dict[str, Point]) -> None:
    sizes = [int(label) for label in found]
    shown = (curve.sizes >= min(sizes)) & (curve.sizes <= max(sizes))
    left, right = st.columns(2, gap="medium")
    for cell, metric, title, others in (
        (left, "sse", "squared error an image", curve.sse),
        (right, "psnr", "PSNR, dB", curve.psnr),
    ):
        curves = {
            "undercomplete": (sizes, [point.figures[metric] for point in found.values()]),
            "PCA": (curve.sizes[shown], others[shown]),
        }
        with cell:
            chart(
                line_chart(curves, "numbers in the code", title, log_across=True),
                f"sweep-{metric}-{run.dataset}",
            )
    st.dataframe(
        {
            "code": sizes,
            "compression": [f"{pixels / size:.1f} : 1" for size in sizes],
            "SSE": [f"{point.figures['sse']:.2f}" for point in found.values()],
            "PCA's SSE": [f"{curve.at(size):.2f}" for size in sizes],
            "PSNR (dB)": [f"{point.figures['psnr']:.1f}" for point in found.values()],
            "parameters": [f"{point.figures['parameters']:,.0f}" for point in found.values()],
        },
        hide_index=True,
        key=f"sweep.table.{run.dataset}",
    )
    better = [
        size
        for size, point in zip(sizes, found.values(), strict=True)
        if point.figures["sse"] < curve.at(size)
    ]
    if better:
        st.markdown(
            f"It beats PCA with codes of {', '.join(map(str, better))}. Where the gap is widest, "
            "bending the map is worth most; towards the full size both approach 0."
        )


def _by_class(run: Run) -> None:
    st.markdown("##### Who suffers: the error by class")
    with st.spinner("Measuring each class…"):
        errors = study(run, ClassErrors)
    names = [run.source.classes[label] for label in errors.labels]
    left, right = st.columns(2, gap="medium")
    with left:
        chart(
            bar_chart(
                {"this model": errors.sse, "PCA": errors.pca},
                names,
                "squared error an image",
                "class",
                errors.half,
            ),
            f"{run.id}-class-errors",
        )
        st.caption("Means over test images; the whiskers are 95 % intervals of the mean.")
    with right:
        chart(
            bar_chart(
                {"this model": 100 * errors.sse / errors.spread,
                 "PCA": 100 * errors.pca / errors.spread},
                names,
                "error, % of the class's spread",
                "class",
            ),
            f"{run.id}-class-errors-relative",
        )  # fmt: skip
        st.caption("The same, as a share of the class's squared distance from the mean image.")
    if {*EASY, *HARD} <= set(names):
        _claim(names, errors)


def _claim(names: list[str], errors: ClassErrors) -> None:
    number = {name: int(label) for name, label in zip(names, errors.labels, strict=True)}
    apart, pairs = errors.compare([number[n] for n in EASY], [number[n] for n in HARD])
    share = dict(zip(names, errors.sse / errors.spread, strict=True))
    kept = sorted(share, key=share.get)
    merely = (
        "so it is not only that they have less ink"
        if set(kept[: len(EASY)]) == set(EASY)
        else "so part of it is merely how much there is to rebuild"
    )
    verdict = {0: "not borne out", pairs: "borne out"}.get(apart, "borne out in part")
    st.markdown(
        f"**The textbook says** that {', '.join(EASY[:-1])} and {EASY[-1]} survive the bottleneck "
        f"while {', '.join(HARD[:-1])} and {HARD[-1]} blur. By squared error that is **{verdict}** "
        f"here: in {apart} of {pairs} pairs the first is rebuilt better, with intervals apart. "
        f"As a share of what there is to rebuild, best kept are {', '.join(kept[:3])} and worst "
        f"{', '.join(kept[:-4:-1])}: {merely}."
    )
