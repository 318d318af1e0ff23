"""Panels of the undercomplete and deep types on rows and windows: sizes and layers compared."""

import math

import streamlit as st

from aecore.analysis.report import Report
from aecore.analysis.value_principal import ValuePrincipal
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import study
from aecore.dashboard.types.series import series_panel
from aecore.dashboard.types.value_pca import values_beside_pca
from aecore.figures.lines import bar_chart, line_chart
from aecore.figures.numbers import proportion, significant
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.training.comparisons import bottlenecks, depths
from aecore.training.experiment import Experiment


def value_bottleneck(run: Run, report: Report) -> None:
    """PCA, and the error over the latent size."""
    values_beside_pca(run, report)
    st.divider()
    st.markdown(f"##### How small can the code be? · {escaped(run.source.title)}")
    st.caption(
        f"The usual network and settings for these {report.kind.samples} with several latent "
        "sizes, compared with PCA with the same number of components. Each point is a separate run."
    )
    series = bottlenecks(Experiment.of("undercomplete", dataset=run.dataset))
    principal = study(run, ValuePrincipal)
    series_panel(f"sweep.{run.dataset}", series, lambda found: _sizes(run, principal, found))


def _sizes(run: Run, principal: ValuePrincipal, found: dict[str, Point]) -> None:
    kind, sizes = run.source.kind, [int(label) for label in found]
    errors = [point.figures[kind.error.metric] for point in found.values()]
    pca = {int(size): float(e) for size, e in zip(principal.sizes, principal.mse, strict=True)}
    shown = [size for size in sizes if size in pca]
    curves = {"undercomplete": (sizes, errors), "PCA": (shown, [pca[size] for size in shown])}
    left, right = st.columns(2, gap="medium")
    with left:
        figure = line_chart(curves, "latent size", kind.error.axis, log_across=True)
        chart(figure, f"sweep-error-{run.dataset}")
    values = math.prod(run.shape)
    with right:
        st.dataframe(
            {
                "latent size": sizes,
                "compression": [proportion(values / size) for size in sizes],
                kind.error.short: [significant(error) for error in errors],
                f"{kind.error.short} of PCA": [
                    significant(pca[size]) if size in pca else "" for size in sizes
                ],
                "R²": [_score(point) for point in found.values()],
                "parameters": [f"{p.figures['parameters']:,.0f}" for p in found.values()],
            },
            hide_index=True,
            key=f"values.sizes.{run.dataset}",
        )
    better = [size for size, e in zip(sizes, errors, strict=True) if e < pca.get(size, 0)]
    told = ", ".join(map(str, better))
    st.caption(
        f"The network has a smaller error than PCA at a latent size of {told}."
        if better
        else "None of these is better than PCA: non-linearity gains nothing here."
    )


def value_depth(run: Run, report: Report) -> None:
    """PCA, and networks with few wide or many narrow layers."""
    values_beside_pca(run, report)
    st.divider()
    st.markdown(f"##### Deep or wide? · {escaped(run.source.title)}")
    experiment = Experiment.of("deep", dataset=run.dataset)
    size = getattr(experiment.autoencoder, "latent_size")  # noqa: B009
    st.caption(
        f"Hidden layers before a code of latent size {size} (and mirrored after it), trained for "
        f"{experiment.epochs} epochs each."
    )
    series_panel(f"depths.{run.dataset}", depths(experiment), lambda found: _layers(run, found))


def _layers(run: Run, found: dict[str, Point]) -> None:
    kind = run.source.kind
    errors = [point.figures[kind.error.metric] for point in found.values()]
    left, right = st.columns(2, gap="medium")
    with left:
        bars = {kind.error.short: errors}
        chart(
            bar_chart(bars, list(found), kind.error.axis, "hidden layers"), f"depths-{run.dataset}"
        )
    with right:
        st.dataframe(
            {
                "hidden layers": list(found),
                kind.error.short: [significant(error) for error in errors],
                "R²": [_score(point) for point in found.values()],
                "parameters": [f"{p.figures['parameters']:,.0f}" for p in found.values()],
                "seconds": [round(p.figures["seconds"]) for p in found.values()],
            },
            hide_index=True,
            key=f"values.layers.{run.dataset}",
        )
        order = sorted(found, key=lambda label: found[label].figures[kind.error.metric])
        st.caption(f"The best is {order[0]}, the worst {order[-1]}.")


def _score(point: Point) -> str:
    return f"{point.figures['r2']:.3f}" if "r2" in point.figures else ""
