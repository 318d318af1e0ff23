"""Preparation of a worker: Dask calls `dask_setup` (`--preload`)."""

import contextlib
import ctypes
import importlib.util
import logging
import os
import tempfile
from pathlib import Path

from aecore.compute.queue import GPU, JOB

POLITENESS = 10  # niceness of trainings: they yield to calls, so that pages stay responsive
# TensorFlow's, and has to be set before it is imported
TENSORFLOW = {
    "TF_CPP_MIN_LOG_LEVEL": "3",  # no messages about missing GPU drivers
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # otherwise the first process takes all of a GPU's memory
}


def lower_priority() -> None:
    """Lowers the priority of this process."""
    if hasattr(os, "nice"):
        os.nice(POLITENESS)


def import_keras() -> None:
    """Imports Keras, with TensorFlow set to be silent and to share a GPU with other processes."""
    for name, value in TENSORFLOW.items():
        os.environ.setdefault(name, value)
    # a worker compiles many models once each, which TensorFlow mistakes for retracing
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    errors, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # they are written by C++, before any setting in Python takes effect
    try:
        load_nvrtc()
        import keras  # noqa: F401
    finally:
        os.dup2(errors, 2)
        os.close(nowhere)
        os.close(errors)


def load_nvrtc() -> None:
    """Loads CUDA's compiler from its package: XLA asks for it by its name alone.

    Without it, or if it does not suit this machine, nothing happens: the processor can do without.
    """
    with contextlib.suppress(ModuleNotFoundError, OSError):
        package = importlib.util.find_spec("nvidia.cuda_nvrtc")
        for folder in package.submodule_search_locations or () if package else ():
            for library in Path(folder).glob("lib/libnvrtc.so.*"):
                ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)


def dask_setup(worker) -> None:
    """Prepares a worker; one for trainings lowers its priority."""
    # when the server ends, its scheduler may end during a heartbeat, which is not an error
    logging.getLogger("distributed.worker").addFilter(
        lambda record: "during heartbeat" not in record.getMessage()
    )
    # Keras leaves files behind when a worker is killed or restarted; Dask clears away this folder
    tempfile.tempdir = worker.local_directory
    if {JOB, GPU} & set(worker.state.total_resources):
        lower_priority()
    import_keras()
