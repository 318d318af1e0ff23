"""The points of a sweep on their way to the workers."""

import contextlib

from aecore.compute.jobs import Jobs
from aecore.runs.control import WishRefused, may_resume
from aecore.runs.run import Run
from aecore.runs.series import standing
from aecore.runs.store import RunStore
from aecore.training.sweep import Sweep


def submit_missing(sweep: Sweep, store: RunStore, jobs: Jobs) -> list[Run]:
    """Queues every point without a result: those that were left go on, the others begin.

    Returns:
        The runs that were queued now; the queue decides when each is trained.

    Raises:
        DataUnavailable: they would learn from images that are not on this machine.
    """
    points, queued = standing(sweep.series, store), []
    for label, experiment in sweep.series.points.items():
        point = points.get(label)
        if point and (point.trained or point.active):
            continue
        left = point is not None and may_resume(point.run, point.status)
        run = point.run if left else store.create(experiment)
        with contextlib.suppress(WishRefused):  # somebody else was quicker
            jobs.submit(run)
            queued.append(run)
    return queued
