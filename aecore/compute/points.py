"""Queueing the points of a series."""

import contextlib
from collections.abc import Callable

from aecore.runs.control import RequestRefused
from aecore.runs.run import Run
from aecore.runs.series import find_points, missing, unfinished
from aecore.runs.store import RunStore
from aecore.training.sweep import Series

Queue = Callable[[Run], None]  # puts a run in the queue


def start_missing(series: Series, store: RunStore, queue: Queue) -> list[Run]:
    """Creates and queues a run of every point that has none.

    Raises:
        DataUnavailable: the data set is not on this machine.
    """
    labels = missing(series, find_points(series, store), store)
    begun = [store.create(series.points[label]) for label in labels]
    for run in begun:
        queue(run)
    return begun


def resume_unfinished(series: Series, store: RunStore, queue: Queue) -> list[Run]:
    """Queues the points whose training ended early; they resume where they were."""
    resumed = []
    for point in unfinished(find_points(series, store), store).values():
        with contextlib.suppress(RequestRefused):  # another visitor was quicker
            if point.run is not None:
                queue(point.run)
                resumed.append(point.run)
    return resumed
