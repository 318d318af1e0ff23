"""Runs that belong together, as those of a sweep or a series: progress, and buttons for all."""

import contextlib
import statistics
from collections.abc import Callable

import streamlit as st

from aecore.compute.points import resume_unfinished, start_missing
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import rerun_part
from aecore.dashboard.parts.text import duration, escaped, many
from aecore.dashboard.services import store, train
from aecore.runs.control import RequestRefused, ask_pause, ask_stop
from aecore.runs.run import Run
from aecore.runs.series import Point, missing, unfinished
from aecore.training.sweep import Series

POLL_SECONDS = 2.0
MOST_REASONS = 3


def points_panel(
    name: str,
    series: Series,
    points: dict[str, Point],
    in_words: Callable[[str], str] = str,
) -> None:
    """Shows how far the runs are, what can be done to all of them, and why some failed.

    Args:
        name: of the widgets, unique on the page.
        series: the experiments.
        points: label → what became of them, as `standing` gives it.
        in_words: what a label stands for.
    """
    _progress(series, points)
    _buttons(name, series, points)
    _failures(points, in_words)


def progress(series: Series, points: dict[str, Point]) -> tuple[float, str]:
    """The share of all training that is done, and in words what makes it up."""
    count = len(series.points)
    done = sum(point.trained for point in points.values())
    parts = [point.status.fraction for point in points.values() if point.active and point.status]
    training = sum(point.state in ("training", "measuring") for point in points.values())
    share = min((done + sum(parts)) / count, 1.0)
    words = f"**{done} of {count}** finished"
    if training:
        words += f" · {training} training"
    if queued := len(parts) - training:
        words += f" · {queued} queued"
    if parts:
        words += f" · {share:.0%} in total"
    return share, words


def _progress(series: Series, points: dict[str, Point]) -> None:
    """How many runs are finished, and about how long the others will take."""
    share, words = progress(series, points)
    parts = [point.status.fraction for point in points.values() if point.active and point.status]
    training = sum(point.state in ("training", "measuring") for point in points.values())
    done = [point.figures for point in points.values() if point.trained]
    times = [figures["seconds"] for figures in done if figures.get("seconds")]
    if times and training:
        seconds = statistics.fmean(times) * (len(parts) - sum(parts)) / training
        words += f" · about {duration(seconds)} left"
    st.progress(share, text=words)


def _buttons(name: str, series: Series, points: dict[str, Point]) -> None:
    """Trains missing runs, resumes unfinished ones, pauses or stops running ones."""
    lost, stayed = missing(series, points, store()), unfinished(points, store())
    running = [point.run for point in points.values() if point.active and point.run]
    active = [run for run in running if store().may_change(run)]
    with st.container(horizontal=True):
        if lost and not active:
            help = f"No result yet: {escaped(', '.join(lost[:20]))}."
            every = len(lost) == len(series.points) > 1
            told = f"all {len(lost)} runs" if every else many(len(lost), "missing run")
            words = f"Train {told}"
            if st.button(
                words, icon=icons.START, type="primary", key=f"points.train.{name}", help=help
            ):
                start_missing(series, store(), train)
                st.rerun(scope="app")
        if stayed:
            help = "Resumes paused, stopped and interrupted runs where they were."
            words = f"Resume {many(len(stayed), 'run')}"
            kind = "secondary" if active or lost else "primary"
            if st.button(
                words, icon=icons.RESUME, type=kind, key=f"points.resume.{name}", help=help
            ):
                resume_unfinished(series, store(), train)
                st.rerun(scope="app")
        if active:
            help = "Keeps everything; can be resumed exactly where they were."
            if st.button("Pause all", icon=icons.PAUSE, key=f"points.pause.{name}", help=help):
                _each(active, ask_pause)
            help = "Ends the training runs and keeps the models; can be resumed."
            if st.button("Stop all", icon=icons.STOP, key=f"points.stop.{name}", help=help):
                _each(active, ask_stop)


def _failures(points: dict[str, Point], in_words: Callable[[str], str]) -> None:
    """Why runs failed, each reason once."""
    reasons: dict[str, list[str]] = {}
    for label, point in points.items():
        if point.state == "failed" and point.status is not None:
            reasons.setdefault(point.status.message, []).append(in_words(label))
    for reason, where in list(reasons.items())[:MOST_REASONS]:
        more = f" and {len(where) - 1} more" if len(where) > 1 else ""
        st.warning(escaped(f"{where[0]}{more} failed: {reason}"), icon=icons.FAILED)


def _each(runs: list[Run], wish: Callable[[Run], None]) -> None:
    for run in runs:
        with contextlib.suppress(RequestRefused, OSError):  # its end came first
            wish(run)
    rerun_part()
