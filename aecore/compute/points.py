"""The points of a series on their way to the workers; the queue decides when each is trained."""

import contextlib
from collections.abc import Callable

from aecore.runs.control import WishRefused
from aecore.runs.run import Run
from aecore.runs.series import left, missing, standing
from aecore.runs.store import RunStore
from aecore.training.sweep import Series

Queue = Callable[[Run], None]  # what puts a run in the queue: whoever's turn it is to be


def begin_missing(series: Series, store: RunStore, queue: Queue) -> list[Run]:
    """Makes a run of every point that has none, and queues it.

    Raises:
        DataUnavailable: they would learn from images that are not on this machine.
    """
    labels = missing(series, standing(series, store), store)
    begun = [store.create(series.points[label]) for label in labels]
    for run in begun:
        queue(run)
    return begun


def resume_left(series: Series, store: RunStore, queue: Queue) -> list[Run]:
    """Queues what was left before its end; it goes on where it was."""
    resumed = []
    for point in left(standing(series, store), store).values():
        with contextlib.suppress(WishRefused):  # somebody else was quicker
            if point.run is not None:
                queue(point.run)
                resumed.append(point.run)
    return resumed
