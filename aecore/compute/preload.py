"""What a worker does before it takes work: Dask calls `dask_setup` (`--preload`)."""

import logging
import os

from aecore.compute.queue import GPU, JOB

POLITENESS = 10  # trainings yield to calls, so that pages stay quick on few cores


def step_back() -> None:
    """Lets everything else on the machine go before this process."""
    if hasattr(os, "nice"):
        os.nice(POLITENESS)


def import_keras() -> None:
    """Imports Keras, without TensorFlow's notes on missing GPU drivers on the way."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # a worker compiles many models once each, which TensorFlow takes for one compiled often
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    errors, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # written by C++ before any Python setting counts
    try:
        import keras  # noqa: F401
    finally:
        os.dup2(errors, 2)
        os.close(nowhere)
        os.close(errors)


def dask_setup(worker) -> None:
    """Makes the worker ready: a training one steps back behind the others."""
    # whoever ends the server ends the scheduler, perhaps amid a heartbeat: no fault of the worker's
    logging.getLogger("distributed.worker").addFilter(
        lambda record: "during heartbeat" not in record.getMessage()
    )
    if {JOB, GPU} & set(worker.state.total_resources):
        step_back()
    import_keras()
