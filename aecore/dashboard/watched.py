"""Which trainings the Train panel of a type looks at, and in which order."""

import contextlib

import streamlit as st

from aecore.dashboard.services import store
from aecore.dashboard.shell import runs_that_are
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ACTIVE

MOST_WATCHED = 8  # at close quarters: a sweep may queue hundreds


def watched_runs(key: str) -> list[Run]:
    """Runs of a type under way or left, and those this visitor has just started, which come first.

    What is in training comes before what was left, and that before what waits.
    """
    runs = {run.id: run for run in runs_that_are(*ACTIVE, "paused", "interrupted", key=key)}
    mine = st.session_state.get(f"{key}.started", [])
    for id in mine:
        with contextlib.suppress(KeyError):
            runs.setdefault(id, store().get(id))
    return sorted(runs.values(), key=lambda run: (run.id not in mine, _remoteness(run)))


def _remoteness(run: Run) -> int:
    with contextlib.suppress(RunDamaged):
        return {"training": 0, "measuring": 0, "queued": 2}.get(run.status().state, 1)
    return 1
