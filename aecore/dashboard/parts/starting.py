"""Starting a training: whether the same is under way, whether there is room, and its queue."""

import contextlib

from aecore.compute.memory import check_room, memory_limit
from aecore.dashboard.services import architecture, runs_that_are, store, train, workers
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ACTIVE
from aecore.training.experiment import Experiment
from aecore.training.needs import needs


def is_under_way(experiment: Experiment) -> bool:
    """Whether a run of the very same settings waits or trains."""
    for run in runs_that_are(*ACTIVE, key=experiment.autoencoder.key):
        with contextlib.suppress(RunDamaged):
            if run.experiment == experiment:
                return True
    return False


def start(experiment: Experiment, gpu: bool = False) -> Run:
    """Creates a run and queues it.

    Raises:
        Refusal: there is too little memory or disk for it.
    """
    if workers().address is None:  # on a cluster the worker knows what it has
        network = architecture(experiment.autoencoder, experiment.shape)
        check_room(needs(experiment, network), memory_limit(), store().directory)
    run = store().create(experiment)
    train(run, gpu=gpu)
    return run
