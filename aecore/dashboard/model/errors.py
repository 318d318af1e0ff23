"""Panel: the distribution of the test errors, and the samples above a threshold."""

from typing import Any

import numpy as np
import streamlit as st

from aecore.analysis.anomaly import flagged_by_class, share_above, threshold_for
from aecore.analysis.report import Report
from aecore.dashboard.model.error_parts import by_part
from aecore.dashboard.model.window import window_in_full
from aecore.dashboard.parts.charts import chart, chart_config
from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import lasting, select, selected
from aecore.data.names import shortened, visible
from aecore.figures.description import description
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.linked import linked
from aecore.figures.numbers import significant
from aecore.figures.over_time import apart_worst, errors_over_time
from aecore.figures.samples import drawing_of, names_of
from aecore.figures.windows import time_words
from aecore.runs.run import Run


def errors_panel(run: Run, report: Report) -> None:
    """The panel, drawn from the report alone."""
    fragment(_errors, run, report)
    for part in BELOW[report.kind.key]:
        st.divider()
        fragment(part, run, report)


def _errors(run: Run, report: Report) -> None:
    key, errors, kind = run.key, report.sample_errors, report.kind
    classes = run.source.classes
    share = st.slider(
        f"Flag the worst test {kind.samples}",
        0.1,
        20.0,
        5.0,
        0.1,
        format="%.1f%%",
        **lasting(f"{key}.threshold"),
        help=f"Sets the threshold: {kind.samples} with a larger error are flagged as unusual.",
    )
    threshold = threshold_for(errors, share / 100)
    flagged = share_above(errors, threshold)
    if len(classes) > 1:
        left, right = st.columns(2, gap="medium")
        with right:
            _by_class(run, report, classes, threshold)
    else:
        left = st.container()
    with left:
        st.markdown("##### Distribution of errors")
        _histogram(run, report, threshold)
    if run.source.series is not None:
        _over_time(run, report, threshold)
    st.markdown(
        f"**{flagged:.1%}** of {len(errors):,} test {kind.samples} have an error above "
        f"**{significant(threshold)}**. The worst:"
    )
    worst = report.pick("worst")
    worst = worst[errors[report.shown[worst]] > threshold]
    if len(worst) == 0:
        st.caption(
            f"None of them is among the {kind.samples} kept with the model, so none can be shown."
        )
        return
    indices = report.shown[worst]
    names = names_of(run.source, report.labels, indices, report.starts)
    sums = zip(names, errors[indices], strict=True)
    drawn = drawing_of(run.source).brief(
        run.source,
        report.clean[worst],
        report.outputs[worst],
        None,
        names,
        [f"{name} · {significant(error)}" for name, error in sums],
        choose_parts(run, report),
    )
    st.html(linked(drawn, indices.tolist(), selected(run)))


def _histogram(run: Run, report: Report, threshold: float) -> None:
    """All errors, and in front those of what is selected on the map; a bar can be selected."""
    key, errors, kind = f"{run.key}.histogram.{run.id}", report.sample_errors, report.kind
    chosen = [place for place in selected(run) if place < len(errors)]
    figure = error_histogram(
        errors, threshold, kind=kind, chosen=errors[chosen] if chosen else None
    )
    st.plotly_chart(
        figure,
        key=key,
        config=chart_config(f"{run.id}-errors"),
        alt=description(figure),
        on_select=lambda: select_bar(run, report, st.session_state.get(key)),
        selection_mode="points",
    )
    st.caption(
        f"In magenta: the {len(chosen):,} {kind.samples} that are selected on the map, under "
        "*Latent space*. Click a bar to select others."
        if chosen
        else f"Click a bar to select its {kind.samples} on the map, under *Latent space*."
    )


def select_bar(run: Run, report: Report, event: Any) -> None:
    """Selects the samples of the map whose errors lie in the bars that the browser tells of."""
    errors, inside = report.sample_errors[report.mapped], np.zeros(len(report.mapped), bool)
    for point in ((event or {}).get("selection") or {}).get("points") or ():
        if point.get("curve_number") == 0:
            low, high = map(float, point["customdata"])
            inside |= (errors >= low) & (errors < high)
    if inside.any():
        select(run, tuple(report.mapped[inside].tolist()))


def _by_class(run: Run, report: Report, classes: tuple[str, ...], threshold: float) -> None:
    st.markdown("##### By class")
    chart(
        errors_by_class(report.sample_errors, report.labels, classes, threshold, report.kind),
        f"{run.id}-errors-by-class",
        f"{run.key}.boxes",
    )
    by_class = flagged_by_class(report.sample_errors, report.labels, threshold)
    often = sorted(by_class, key=lambda label: by_class[label], reverse=True)
    told = [f"{plain(classes[c])} ({by_class[c]:.1%})" for c in often]
    flagged = f"Flagged most often: {', '.join(told[:3])}; least often: {', '.join(told[:-4:-1])}."
    if len(told) <= 6:
        flagged = f"Flagged: {', '.join(told)}."
    st.caption(
        f"Boxes show the middle half of a class, whiskers the range from 5 to 95%. {flagged}"
    )


def _over_time(run: Run, report: Report, threshold: float) -> None:
    """The error along time, and the worst stretches with their times."""
    series, errors, starts = run.source.series, report.sample_errors, report.starts
    assert series is not None
    st.markdown("##### Over time")
    left, right = st.columns([3, 1.3], gap="medium")
    with left:
        figure = errors_over_time(series, starts, errors, threshold, report.kind.error.axis)
        chart(figure, f"{run.id}-errors-over-time")
    worst = apart_worst(starts, errors, series.length)
    classes = [visible(shortened(run.source.classes[report.labels[i]], 24)) for i in worst]
    columns = {
        "begins": [time_words(series, int(starts[i])) for i in worst],
        "error": [float(f"{errors[i]:.3g}") for i in worst],
    } | ({"class": classes} if len(run.source.classes) > 1 else {})
    with right:
        st.dataframe(columns, hide_index=True, height=340, key=f"{run.key}.stretches.{run.id}")
    st.caption(
        f"Each window of {series.length:,} steps is drawn at its middle. Drag the strip below the "
        "chart to move along time. The list has the worst windows that do not overlap."
    )


def _parts(run: Run, report: Report) -> None:
    if report.parts is not None and np.isfinite(report.parts.errors).any():
        by_part(run, report.parts, report.kind)


BELOW = {"image": (), "table": (_parts,), "series": (window_in_full, _parts)}
