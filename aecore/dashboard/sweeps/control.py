"""The progress of a sweep, and the buttons for all of its runs."""

import contextlib
import statistics

import streamlit as st

from aecore.compute.points import begin_missing, resume_left
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import rerun_part
from aecore.dashboard.parts.text import duration, escaped
from aecore.dashboard.services import store, train
from aecore.dashboard.sweeps.plot import in_words
from aecore.runs.control import WishRefused, ask_pause, ask_stop
from aecore.runs.run import Run
from aecore.runs.series import Point, left, missing
from aecore.runs.sweeps import SweepFile
from aecore.training.sweep import Sweep

MOST_REASONS = 3


def sweep_progress(sweep: Sweep, points: dict[str, Point]) -> None:
    """How many runs are finished, and about how long the others will take."""
    count = len(sweep.series.points)
    done = [point for point in points.values() if point.trained]
    parts = [point.status.fraction for point in points.values() if point.active]
    training = sum(point.state in ("training", "measuring") for point in points.values())
    words = f"**{len(done)} of {count}** finished"
    if parts:
        words += f" · {training} running · {len(parts) - training} queued"
        times = [point.figures["seconds"] for point in done if point.figures.get("seconds")]
        if times and training:
            seconds = statistics.fmean(times) * (len(parts) - sum(parts)) / training
            words += f" · about {duration(seconds)} left"
    st.progress(min((len(done) + sum(parts)) / count, 1.0), text=words)


def sweep_buttons(file: SweepFile, sweep: Sweep, points: dict[str, Point]) -> None:
    """Trains missing runs, resumes unfinished ones, pauses or stops running ones."""
    lost, stayed = missing(sweep.series, points, store()), left(points, store())
    active = [point.run for point in points.values() if point.active]
    active = [run for run in active if store().may_change(run)]
    with st.container(horizontal=True):
        if lost and not active:
            help = f"No result yet: {escaped(', '.join(lost[:20]))}."
            words = f"Train {len(lost)} missing"
            if st.button(
                words, icon=icons.START, type="primary", key=f"sweep.train.{file.id}", help=help
            ):
                begin_missing(sweep.series, store(), train)
                st.rerun(scope="app")
        if stayed:
            help = "Resumes paused, stopped and interrupted runs where they were."
            words = f"Resume {len(stayed)}"
            kind = "secondary" if active or lost else "primary"
            if st.button(
                words, icon=icons.RESUME, type=kind, key=f"sweep.resume.{file.id}", help=help
            ):
                resume_left(sweep.series, store(), train)
                st.rerun(scope="app")
        if active:
            help = "Keeps everything; can be resumed exactly where they were."
            if st.button("Pause all", icon=icons.PAUSE, key=f"sweep.pause.{file.id}", help=help):
                _each(active, ask_pause)
            help = "Ends the trainings and keeps the models; can be resumed."
            if st.button("Stop all", icon=icons.STOP, key=f"sweep.stop.{file.id}", help=help):
                _each(active, ask_stop)


def sweep_failures(sweep: Sweep, points: dict[str, Point]) -> None:
    """Why points failed, each reason once."""
    reasons: dict[str, list[str]] = {}
    for label, point in points.items():
        if point.state == "failed":
            reasons.setdefault(point.status.message, []).append(in_words(sweep, label))
    for reason, where in list(reasons.items())[:MOST_REASONS]:
        more = f" and {len(where) - 1} more" if len(where) > 1 else ""
        st.warning(escaped(f"{where[0]}{more} failed: {reason}"), icon=icons.FAILED)


def _each(runs: list[Run], wish) -> None:
    for run in runs:
        with contextlib.suppress(WishRefused, OSError):  # its end came first
            wish(run)
    rerun_part()
