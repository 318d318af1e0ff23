"""Part of a panel: one window of a series in full, in the user's units."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.parts_shown import parts_shown
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import lasting
from aecore.data.names import told_apart
from aecore.figures.numbers import significant
from aecore.figures.samples import names_of
from aecore.figures.windows import window_chart
from aecore.runs.run import Run


def window_in_full(run: Run, report: Report) -> None:
    """Lets the visitor move over the windows that the report keeps, from the worst."""
    series = run.source.series
    assert series is not None
    st.markdown("##### One window in full")
    places = np.arange(len(report.shown))
    names = names_of(run.source, report.labels, report.shown, report.starts)
    errors = report.sample_errors[report.shown]
    if len(places) > 1:
        place = st.select_slider(
            "Window",
            places.tolist(),
            int(errors.argmax()),
            format_func=told_apart(
                f"{plain(name)} · {significant(float(error))}"
                for name, error in zip(names, errors, strict=True)
            ).__getitem__,
            **lasting(f"{run.key}.window.{run.id}"),
            help="The windows that are kept with the model, by time: the best, the worst, and "
            "some at random, each with its error.",
        )
    else:
        place = 0
    figure = window_chart(
        series,
        report.clean[place],
        report.outputs[place],
        int(report.starts[report.shown[place]]),
        parts_shown(run, report) or [0],
    )
    chart(figure, f"{run.id}-window")
