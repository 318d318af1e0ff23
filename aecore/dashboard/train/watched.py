"""Which trainings the Train panel of a type looks at, and in which order."""

import contextlib

from aecore.dashboard.services import runs_that_are, store
from aecore.dashboard.session import watched_ids
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import UNFINISHED
from aecore.runs.store import NotFound

MOST_WATCHED = 8  # at close quarters: a sweep may queue hundreds


def watched_runs(key: str) -> list[Run]:
    """Runs of this type under way or left, and those this visitor has seen under way.

    What is in training comes first, then what this visitor has seen, the last of it first, then
    what was left, and at the end what waits.
    """
    runs = {run.id: run for run in runs_that_are(*UNFINISHED, key=key)}
    seen = watched_ids(key)
    for id in seen:
        with contextlib.suppress(NotFound):
            runs.setdefault(id, store().get(id))

    def place(run: Run) -> tuple[int, int]:
        last = -seen.index(run.id) if run.id in seen else 0
        with contextlib.suppress(RunDamaged):
            state = run.status().state
            if state in ("training", "measuring"):
                return 0, 0
            return (1, last) if run.id in seen else (3 if state == "queued" else 2, 0)
        return 2, 0

    return sorted(runs.values(), key=place)


def any_active(runs: list[Run]) -> bool:
    """Whether one of them waits or trains."""
    for run in runs:
        with contextlib.suppress(RunDamaged):
            if run.status().active:
                return True
    return False
