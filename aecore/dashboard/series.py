"""Panel part: a series of trainings laid side by side, what is missing trained on demand."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.services import jobs, store, train
from aecore.dashboard.shell import fragment
from aecore.dashboard.words import escaped, run_label
from aecore.runs.run import Run, RunDamaged
from aecore.runs.series import Point, results
from aecore.training.series import Series

POLL_SECONDS = 2.0


def series_panel(name: str, series: Series, draw: Callable[[dict[str, Point]], None]) -> None:
    """Draws the points that are there, and offers to train the others.

    Args:
        name: of its widgets, unique on the page.
        series: what belongs side by side.
        draw: shows label → figures; called only if there are some.
    """
    active = bool(_under_way(series))
    fragment(_series, name, series, draw, active, run_every=POLL_SECONDS if active else None)


def _series(name: str, series: Series, draw: Callable, polling: bool) -> None:
    found, running = results(series, store()), _under_way(series)
    if polling and not running:
        st.rerun(scope="app")  # ends the polling
    if found:
        draw({label: found[label] for label in series.points if label in found})
    missing = [label for label in series.points if label not in found and label not in running]
    for label, run in running.items():
        status = run.status()
        words = f"**{label}** · {status.stage or escaped(run_label(run))}"
        st.progress(min(status.fraction, 1.0), text=words)
    if running and st.button("Stop them", icon="⏹️", key=f"{name}.stop"):
        for run in running.values():
            jobs().stop(run)
        st.rerun(scope="fragment")
    if missing and not running:
        words = f"Train {len(missing)} of them" if found else f"Train all {len(missing)}"
        help = f"Still to be trained: {', '.join(missing)}. They go on when you leave."
        if st.button(words, icon="▶️", key=f"{name}.train", help=help):
            for label in missing:
                train(store().create(series.points[label]))
            st.rerun(scope="app")


def _under_way(series: Series) -> dict[str, Run]:
    """label → the run that is training or waiting for it."""
    key = next(iter(series.points.values())).autoencoder.key
    found = {}
    for run in store().runs(key):
        try:
            if run.status().active and not run.changes():
                found |= {label: run for label, e in series.points.items() if e == run.experiment}
        except RunDamaged:
            continue
    return found
