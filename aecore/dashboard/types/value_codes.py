"""Panels of the sparse, contractive and variational types on rows and windows."""

import numpy as np
import streamlit as st

from aecore.analysis.dictionary import features
from aecore.analysis.report import Report
from aecore.analysis.value_sensitivity import code_posteriors, sensitivities, unit_activity
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.parts_shown import parts_shown
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.dashboard.types.features import show_features
from aecore.dashboard.types.plane_panel import plane_panel
from aecore.data.arrays import to_floats
from aecore.figures.clouds import clouds
from aecore.figures.lines import bar_chart, histogram, line_chart
from aecore.figures.samples import drawing_of
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

ENTRIES, SAMPLES, MOST_BARS = 12, 6, 30
ACTIVE = 0.1  # as everywhere: an activation above it
UNUSED = 0.01  # nats
SPREADS = 80  # posteriors that are drawn


def strongest_features(model, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The units that are active most often in codes (n, units), and the features of these."""
    rates = (codes > ACTIVE).mean(axis=0)
    units = np.argsort(-rates, kind="stable")[:ENTRIES]
    return units, features(model.get_layer("decoder"), units, float(np.quantile(codes, 0.99)))


def value_units(run: Run, report: Report) -> None:
    """How many units are active, and the features of those that are active most often."""
    kind, samples = report.kind, report.pictures
    token = model_version(run)
    codes = remembered(
        "sparse.values.codes",
        token,
        lambda: calls().analyse(run.model_path, unit_activity, samples),
    )
    units, drawn = remembered(
        "sparse.values.features",
        token,
        lambda: calls().analyse(run.model_path, strongest_features, codes),
    )
    on = codes > ACTIVE
    st.markdown("##### Active units")
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure = histogram(on.sum(axis=1), f"active units per {kind.sample}", kind.samples)
        chart(figure, f"{run.id}-value-units")
    right.metric("Active", f"{on.mean():.1%}", help="Units with an activation above 0.1.")
    right.metric("Dead units", f"{int((~on.any(axis=0)).sum()):,} of {codes.shape[1]:,}")
    right.caption(f"Measured on {len(codes):,} test {kind.samples}.")
    st.divider()
    st.markdown("##### Dictionary: the feature of each unit")
    names = [f"#{unit} ({on[:, unit].mean():.0%})" for unit in units]
    show_features(run.source, drawn, names, f"{run.id}-dictionary")
    st.caption(
        f"What a unit adds to the reconstruction, standardised; the percentage is the share of "
        f"{kind.samples} for which it is active. The {len(units)} units that are active most often."
    )


def value_sensitivity(run: Run, report: Report) -> None:
    """The sensitivity of the code to each column, or to each step of each channel."""
    kind, source = report.kind, run.source
    with st.spinner("Computing Jacobians…"):
        found = remembered(
            "contractive.values",
            model_version(run),
            lambda: calls().analyse(run.model_path, sensitivities, report.pictures),
        )
    st.markdown(f"##### Sensitivity of the code by {kind.parts.removesuffix('s')}")
    if source.table is None:
        steps = range(len(found))
        curves = {name: (steps, found[:, at]) for at, name in enumerate(source.parts)}
        chart(line_chart(curves, "step of the window", "‖∂z/∂x‖"), f"{run.id}-sensitivity")
    else:
        places = source.table.preparation.slices
        by_column = np.array([np.sqrt(np.square(found[place]).sum()) for place in places])
        order = np.argsort(-by_column, kind="stable")[:MOST_BARS]
        names = [source.parts[at] for at in order]
        chart(bar_chart({"": by_column[order]}, names, "‖∂z/∂x‖"), f"{run.id}-sensitivity")
    st.caption(
        "How far the code moves when a standardised value changes a little: root mean square over "
        f"test {kind.samples}, computed exactly. Values that matter little to the code are low."
    )


def value_distribution(run: Run, report: Report) -> None:
    """The latent plane, the posteriors of codes, and samples from the prior."""
    kind, size = report.kind, report.architecture.code_size
    found = remembered(
        "variational.values",
        model_version(run),
        lambda: calls().analyse(run.model_path, code_posteriors, report.pictures),
    )
    order = np.argsort(-found.by_number, kind="stable")
    plane_panel(run, report, order)
    st.divider()
    st.markdown("##### Posteriors of the code")
    left, right = st.columns(2, gap="medium")
    with left:
        shown = order[:MOST_BARS]
        names, title = [f"z{at + 1}" for at in shown], f"KL, nats per {kind.sample}"
        figure = bar_chart({"KL": found.by_number[shown]}, names, title, height=420)
        chart(figure, f"{run.id}-value-kl")
    if size > 1:
        with right:
            two, first = order[:2], slice(SPREADS)
            labels = report.labels[report.mapped][first]
            axes = (f"z{two[0] + 1}", f"z{two[1] + 1}")
            means, deviations = found.means[first, two], found.deviations[first, two]
            classes = run.source.classes
            classes = classes if len(classes) > 1 else (kind.samples,)
            figure = clouds(means, deviations, labels, classes, axes)
            chart(figure, f"{run.id}-value-clouds")
    used = int((found.by_number > UNUSED).sum())
    apart = (
        f" Right, the posteriors of {min(SPREADS, len(found.means))} test {kind.samples}, drawn "
        "at one standard deviation: the larger an ellipse, the less its code is determined."
    )
    st.caption(
        f"{'Left, the' if size > 1 else 'The'} KL divergence of each latent dimension from its "
        f"prior: **{used} of {len(found.by_number)}** carry more than {UNUSED} nats; a dimension "
        f"near 0 is unused.{apart if size > 1 else ''}"
    )
    st.divider()
    fragment(_samples, run, report)


def _samples(run: Run, report: Report) -> None:
    st.markdown("##### Samples from the prior")
    seed = st.session_state.setdefault("variational.values.seed", 0)
    if st.button("Draw again", icon=icons.DRAW_AGAIN, key="variational.values.draw"):
        seed = st.session_state["variational.values.seed"] = seed + 1
    size = report.architecture.code_size
    codes = np.random.default_rng(seed).standard_normal((SAMPLES, size)).astype(np.float32)
    decoded = calls().decode(run.model_path, codes)
    names = [f"Sample {number}" for number in range(1, SAMPLES + 1)]
    shown = parts_shown(run, report)
    st.html(drawing_of(run.source).alone(run.source, to_floats(decoded), names, shown))
    st.caption(
        f"Codes drawn from N(0, I) and decoded: new {report.kind.samples}, none of the data set."
    )
